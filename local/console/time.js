// Times and durations in words.

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const units = (seconds, [large, name], [small, other]) => {
  const rest = Math.floor((seconds % large) / small);
  return `${Math.floor(seconds / large)} ${name}${rest ? ` ${rest} ${other}` : ""}`;
};

/** How long something takes: the two largest units of it. */
export function span(seconds) {
  if (seconds >= DAY) return units(seconds, [DAY, "d"], [HOUR, "h"]);
  if (seconds >= HOUR) return units(seconds, [HOUR, "h"], [MINUTE, "min"]);
  if (seconds >= MINUTE) return units(seconds, [MINUTE, "min"], [1, "s"]);
  return `${Math.max(0, Math.floor(seconds))} s`;
}

/** Milliseconds as people read them. */
export const milliseconds = (time) => (time < 10 ? `${time.toFixed(1)} ms` : `${Math.round(time)} ms`);

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const date = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });

/** The time of day, and on hover the whole. */
export const timeOfDay = (time) => clock.format(time);

/** A moment: the time where it is today, else with the date. */
export function moment(time) {
  const isToday = new Date().toDateString() === time.toDateString();
  return isToday ? clock.format(time) : date.format(time);
}

/** The time that is left until the moment in `until`, which it keeps up with. */
class TimeLeft extends HTMLElement {
  #timer;

  connectedCallback() {
    const until = new Date(this.getAttribute("until"));
    this.title = date.format(until);
    const show = () => {
      const seconds = (until - Date.now()) / 1000;
      this.textContent = seconds > 0 ? `${span(seconds)} left` : "expired";
    };
    show();
    this.#timer = setInterval(show, 1000);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }
}

customElements.define("time-left", TimeLeft);
