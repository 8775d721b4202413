## Two players and a group, in GameFuse's dialect. Needs Godot 4.
##
##     cargo run -- --demo-file demo.json
##     godot --headless --script examples/gamefuse.gd -- --demo-file demo.json
##
## In a game, `Player` is what to keep: give it a node of yours in place of `root`.
extends SceneTree

var base_url: String
var game: Dictionary


## Calls Guildhall as one player, or as nobody without a token.
class Player:
	var token := ""
	var username := ""
	var _base_url: String
	var _parent: Node

	func _init(base_url: String, parent: Node) -> void:
		_base_url = base_url
		_parent = parent

	## What a request is answered with: `status`, and `body`, which is JSON of a success and a text of a refusal.
	func send(method: HTTPClient.Method, path: String, body: Variant = null) -> Dictionary:
		var headers := PackedStringArray(["Content-Type: application/json"])
		if token != "":
			headers.append("authentication-token: " + token)
		if method != HTTPClient.METHOD_GET:
			# With a key of its own, a request may be sent again when nobody knows what came of it.
			headers.append("Idempotency-Key: " + Crypto.new().generate_random_bytes(16).hex_encode())
		var http := HTTPRequest.new()
		_parent.add_child(http)
		var data := "" if body == null else JSON.stringify(body)
		var sent := http.request(_base_url + "/api/v3" + path, headers, method, data)
		if sent != OK:
			http.queue_free()
			return {"status": 0, "body": "not sent: " + error_string(sent)}
		# What comes of it, status, headers and body.
		var completed: Array = await http.request_completed
		http.queue_free()
		var text: String = completed[3].get_string_from_utf8()
		# A success is JSON, an error is plain text.
		var is_success: bool = completed[1] >= 200 and completed[1] < 300
		return {"status": completed[1], "body": JSON.parse_string(text) if is_success else text}


func _initialize() -> void:
	# Nodes are in the tree from the first frame on.
	await process_frame
	var arguments := OS.get_cmdline_user_args()
	var place := arguments.find("--demo-file")
	var file := arguments[place + 1] if place >= 0 and place + 1 < arguments.size() else "demo.json"
	var demo: Variant = JSON.parse_string(FileAccess.get_file_as_string(file))
	if not demo is Dictionary:
		push_error("%s is not what the server writes by --demo-file" % file)
		quit(1)
		return
	base_url = demo.base_url
	game = {"game_id": int(demo.game_id), "game_token": demo.game_token}
	await play()
	quit()


## Signs a new player up.
func sign_up(username: String) -> Player:
	var player := Player.new(base_url, root)
	var user := {
		"username": username,
		"email": username + "@example.com",
		"password": "correct horse",
		"password_confirmation": "correct horse",
	}
	user.merge(game)
	var answer: Dictionary = await player.send(HTTPClient.METHOD_POST, "/users", user)
	assert(answer.status == 200, str(answer.body))
	player.username = username
	player.token = answer.body.authentication_token
	return player


## Creates a group, lets somebody in, and looks at what has happened.
func play() -> void:
	# Names are unique in a game, so each run has names of its own.
	var run := Crypto.new().generate_random_bytes(4).hex_encode()
	var ada: Player = await sign_up("ada-" + run)
	var bob: Player = await sign_up("bob-" + run)

	var wanted := {"name": "Wolves " + run, "max_group_size": 20}
	var created: Dictionary = await ada.send(HTTPClient.METHOD_POST, "/groups", wanted)
	# Numbers of JSON are floats in Godot; Guildhall's ids are whole and fit into an int.
	var id := int(created.body.id)
	print("%s has created %s" % [ada.username, created.body.name])

	var asked: Dictionary = await bob.send(HTTPClient.METHOD_POST, "/group_connections", {"group_id": id})
	print("%s has asked to join: %s" % [bob.username, asked.body.status])

	var accepted := {"status": "accepted"}
	await ada.send(HTTPClient.METHOD_PUT, "/group_connections/%d" % int(asked.body.id), accepted)
	var group: Dictionary = await bob.send(HTTPClient.METHOD_GET, "/groups/%d" % id)
	var names: Array = group.body.members.map(func(member: Dictionary) -> String: return member.username)
	print("Members: ", ", ".join(PackedStringArray(names)))

	# What is asked for is the beginning of a name.
	var query := ("wolves " + run).uri_encode()
	var listed: Dictionary = await bob.send(HTTPClient.METHOD_GET, "/groups?query=" + query)
	for found in listed.body.groups:
		print("Found: %s, %d members" % [found.name, int(found.member_count)])

	var motto := {"key": "motto", "value": "We run at night", "others_can_edit": false}
	await ada.send(HTTPClient.METHOD_POST, "/groups/%d/add_attribute" % id, {"attributes": [motto]})
	var change := {"key": "motto", "value": "We sleep"}
	var refused: Dictionary = await bob.send(HTTPClient.METHOD_PATCH, "/groups/%d/modify_attribute" % id, change)
	print("%s may not change the motto: %d %s" % [bob.username, refused.status, refused.body])

	# A history follows its group within a moment.
	var types: Array = []
	while not types.has("attribute.set"):
		await create_timer(0.1).timeout
		var history: Dictionary = await bob.send(HTTPClient.METHOD_GET, "/groups/%d/events?after=0" % id)
		types = history.body.events.map(func(event: Dictionary) -> String: return event.type)
	print("History: ", ", ".join(PackedStringArray(types)))
