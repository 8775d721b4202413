-- The requests that wrk sends. After `--` it takes the file with what was prepared, and the case.

local prepared, send
local turn = -1

local function post(path, token, body)
  local headers = { ["authentication-token"] = token, ["content-type"] = "application/json" }
  return wrk.format("POST", path, headers, body)
end

-- A player meets a group once; players and groups both change from one request to the next, so no row is fought over.
local function connect(groups, number)
  local count = #prepared.players
  local player = prepared.players[number % count + 1]
  local group = groups[(number + math.floor(number / count)) % #groups + 1]
  local body = string.format('{"group_id": %d, "user_id": %d}', group, player.id)
  return post("/api/v3/group_connections", player.token, body)
end

-- Whoever reads is in one group, as players are: a list also shows the reader's own, so it takes longer for somebody in hundreds.
local function read(path, number)
  local token = prepared.readers[number % #prepared.readers + 1]
  return wrk.format("GET", path, { ["authentication-token"] = token })
end

local cases = {}

function cases.create(number)
  local body = string.format('{"name": "Guild %d", "can_auto_join": true}', number)
  return post("/api/v3/groups", prepared.players[number % #prepared.players + 1].token, body)
end

function cases.get(number)
  return read("/api/v3/groups/" .. prepared.open[number % #prepared.open + 1], number)
end

function cases.list(number)
  return read("/api/v3/groups?limit=20", number)
end

function cases.join(number)
  return connect(prepared.open, number)
end

function cases.apply(number)
  return connect(prepared.closed, number)
end

-- Of ten requests, seven read.
local mix = { "get", "list", "get", "join", "get", "create", "get", "list", "get", "apply" }

function cases.mix(number)
  return cases[mix[number % #mix + 1]](number)
end

function init(arguments)
  prepared = dofile(arguments[1])
  send = cases[arguments[2]]
end

function request()
  turn = turn + 1
  return send(turn)
end

-- One line for the script that runs this: requests, microseconds, p50, p99, errors.
function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format("result %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), failed))
end
