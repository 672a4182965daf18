// @ts-check
// What the pages do beyond htmx. Without it they are plain forms.
"use strict";

/** @param {string} selector @param {ParentNode} [within] @returns {any} */
const find = (selector, within = document) => within.querySelector(selector);
/** @param {string} selector @param {ParentNode} [within] @returns {any[]} */
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
/** @type {any} */
const hx = /** @type {any} */ (window).htmx;

// The code of the set-up link does not stay in the address, which the browser remembers and shows.
if (location.pathname === "/admin/setup" && location.search) history.replaceState(null, "", location.pathname);
// Nor does what the last change was: loading the page again does not say it again.
if (location.search.includes("changed=")) {
  const address = new URL(location.href);
  address.searchParams.delete("changed");
  history.replaceState(null, "", address);
}

// A page that the browser kept is loaded again before it is shown: its administrator may have logged out since. Browsers
// keep pages in spite of no-store, and Clear-Site-Data comes before this one is kept.
addEventListener("pagehide", () => {
  document.documentElement.hidden = true;
});
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});

// Times of the list: how long ago, with the exact time in the title.
const UNITS = /** @type {const} */ ([["year", 31536e6], ["month", 2592e6], ["day", 864e5], ["hour", 36e5], ["minute", 6e4]]);
function tellAges() {
  const format = new Intl.RelativeTimeFormat(document.documentElement.lang, { style: "narrow", numeric: "auto" });
  for (const time of all(".ago time")) {
    const age = Date.parse(time.dateTime) - Date.now();
    const [unit, length] = UNITS.find(([, length]) => Math.abs(age) >= length) ?? ["minute", 6e4];
    time.title ||= time.textContent;
    time.textContent = format.format(Math.round(age / length), unit);
  }
}

// Notices: closed by Escape or ×; they leave by themselves, but not while they are pointed at or hold the focus.
const SHOWN_FOR = 12000;
let ends = 0;
/** @returns {any} */
const toast = () => find("#announcer .toast");
function dismiss() {
  const held = toast()?.contains(document.activeElement);
  find("#announcer").replaceChildren();
  if (held) find(cameFrom)?.focus();
}
/** Where the focus goes when a notice that holds it is closed. */
let cameFrom = "#main";
setInterval(() => {
  const shown = toast();
  if (!shown || shown.matches(".error, :hover, :focus-within")) ends = Date.now() + SHOWN_FOR;
  else if (Date.now() > ends) dismiss();
}, 500);

/**
 * Says that a request failed, with a way to try it again.
 * @param {string | null} said @param {() => void} again
 */
function fail(said, again) {
  const notice = find("#failure").content.cloneNode(true);
  if (said) find(".said", notice).textContent = said;
  find(".retry", notice).addEventListener("click", () => {
    dismiss();
    again();
  });
  find("#announcer").replaceChildren(notice);
}

/** What an error page says. @param {string} html @returns {string | null} */
const message = (html) => find("[data-message]", new DOMParser().parseFromString(html, "text/html"))?.textContent ?? null;

/** @param {boolean} lost */
const connection = (lost) => {
  find("#offline").hidden = !lost;
};
addEventListener("offline", () => connection(true));
addEventListener("online", () => connection(false));

/** Whether it is asked again by itself. @param {any} element */
const polls = (element) => element.matches("#numbers");
/** The switch that a request came from. @param {any} element */
const switchOf = (element) => find("[role=switch]", element);

document.addEventListener("htmx:beforeRequest", (/** @type {any} */ { detail: { elt } }) => {
  if (polls(elt)) return;
  // The one that Undo stands in goes when there is an answer, and so keeps the focus.
  if (elt.matches("form[action$='/status']") && !elt.closest("#announcer")) find("#announcer").replaceChildren();
  if (switchOf(elt)) cameFrom = `#${switchOf(elt).id}`;
  else if (elt.matches(".ban")) cameFrom = `#${switchOf(elt.closest("tr")).id}`;
  switchOf(elt)?.setAttribute("aria-busy", "true");
});
document.addEventListener("htmx:afterRequest", (/** @type {any} */ { detail: { elt, xhr } }) => {
  switchOf(elt)?.removeAttribute("aria-busy");
  if (xhr.status) connection(false);
});
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (/** @type {any} */ { detail: { elt, xhr, requestConfig } }) => {
    if (polls(elt)) return connection(true);
    const again = () =>
      elt.matches("form") ? elt.requestSubmit() : hx.trigger(elt, requestConfig.triggeringEvent?.type ?? "retry");
    fail(xhr.status ? message(xhr.responseText) : null, again);
  });
}
document.addEventListener("htmx:configRequest", (/** @type {any} */ { detail }) => {
  if (!detail.elt.matches(".filter")) return;
  // Only what is asked for stands in the address.
  for (const [name, value] of [...detail.formData]) if (!value) detail.formData.delete(name);
});
document.addEventListener("htmx:afterSettle", (/** @type {any} */ { target }) => {
  // What held the focus may be gone; the part of the page that it was in has it then.
  if (document.activeElement === document.body && target.matches("section[tabindex]")) target.focus();
  if (document.activeElement === document.body && target.matches("tr")) find(cameFrom)?.focus();
  ends = Date.now() + SHOWN_FOR;
  settleCharts();
  tellAges();
  tellSelection();
});

// The selection: all of the page, a range by Shift, and how many.
/** @returns {any[]} */
const boxes = () => all("#list [name=ids]");
function tellSelection() {
  const count = boxes().filter((box) => box.checked).length;
  const output = find("#bulk output");
  if (output) output.textContent = output.dataset.text.replace("#", count);
  const every = find("#all");
  if (every) {
    every.checked = count > 0 && count === boxes().length;
    every.indeterminate = count > 0 && !every.checked;
  }
}
/** @type {any} */
let last = null;
document.addEventListener("click", (/** @type {any} */ event) => {
  const { target, shiftKey } = event;
  const copied = target.closest?.(".copy");
  if (copied) {
    navigator.clipboard?.writeText(copied.dataset.copy).then(() => {
      find("use", copied).href.baseVal = find("use", copied).href.baseVal.replace(/#.*/, "#check");
      copied.title = copied.dataset.said;
    });
  } else if (target.closest?.(".dismiss")) dismiss();
  else if (target.closest?.("#help")) find("#keys").showModal();
  else if (target.name === "ids") {
    if (shiftKey && last?.isConnected) {
      const [from, to] = [boxes().indexOf(last), boxes().indexOf(target)].sort((one, other) => one - other);
      for (const box of boxes().slice(from, to + 1)) box.checked = target.checked;
    }
    last = target;
    tellSelection();
  }
});
document.addEventListener("reset", () => setTimeout(() => {
  for (const box of boxes()) box.checked = false;
  tellSelection();
}));
document.addEventListener("change", (/** @type {any} */ { target }) => {
  if (target.id !== "all") return;
  for (const box of boxes()) box.checked = target.checked;
  tellSelection();
});

// Charts: the number under the pointer, or that which the arrow keys choose. The titles are for pages without script.
/** @param {any} plot @param {number} at */
function readBar(plot, at) {
  const bars = all("rect", plot);
  const place = Math.max(0, Math.min(bars.length - 1, at));
  const [bar, tip, svg] = [bars[place], find(".tip", plot), find("svg", plot)];
  if (!bar) return;
  for (const other of bars) other.classList.toggle("chosen", other === bar);
  plot.dataset.at = place;
  tip.textContent = bar.dataset.tip;
  tip.hidden = false;
  const middle = svg.getBoundingClientRect().left - plot.getBoundingClientRect().left + ((place + 0.4) / bars.length) * svg.clientWidth;
  tip.style.left = `${Math.max(tip.offsetWidth / 2, Math.min(plot.clientWidth - tip.offsetWidth / 2, middle))}px`;
}
/** @param {any} plot */
function leaveChart(plot) {
  find(".tip", plot).hidden = true;
  delete plot.dataset.at;
  find(".chosen", plot)?.classList.remove("chosen");
}
function settleCharts() {
  for (const title of all(".plot title")) title.remove();
  for (const plot of all(".plot[data-at]")) readBar(plot, Number(plot.dataset.at));
}
for (const plot of all(".plot")) {
  plot.addEventListener("pointermove", (/** @type {PointerEvent} */ { clientX }) => {
    const { left, width } = find("svg", plot).getBoundingClientRect();
    readBar(plot, Math.floor(((clientX - left) / width) * all("rect", plot).length));
  });
  plot.addEventListener("pointerleave", () => leaveChart(plot));
  plot.addEventListener("focus", () => readBar(plot, Infinity));
  plot.addEventListener("blur", () => leaveChart(plot));
  plot.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const at = Number(plot.dataset.at ?? all("rect", plot).length - 1);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: Infinity }[event.key];
    if (event.key === "Escape") leaveChart(plot);
    if (to === undefined) return;
    event.preventDefault();
    readBar(plot, to);
  });
}

// The keyboard, unless it is turned off: speech input types letters, too. Rows are gone through by their links, so that Enter opens one.
/** @param {number} by */
function move(by) {
  const links = all("#list .who");
  const at = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  links[Math.max(0, Math.min(links.length - 1, at < 0 ? 0 : at + by))]?.focus();
}
const KEYS_OFF = "keys-off";
if (find("#use-keys")) find("#use-keys").checked = !localStorage.getItem(KEYS_OFF);
document.addEventListener("change", (/** @type {any} */ { target }) => {
  if (target.id !== "use-keys") return;
  if (target.checked) localStorage.removeItem(KEYS_OFF);
  else localStorage.setItem(KEYS_OFF, "1");
});
/** @param {string} selector */
const inRow = (selector) => find(selector, document.activeElement?.closest("#list tr") ?? document.createElement("p"));
/** @type {Record<string, () => void>} */
const KEYS = {
  "/": () => {
    find("#q").focus();
    find("#q").select();
  },
  "j": () => move(1),
  "k": () => move(-1),
  "x": () => inRow("[name=ids]")?.click(),
  "e": () => inRow(".edit")?.click(),
  "z": () => find("#undo")?.click(),
  "?": () => find("#keys")?.showModal(),
};
document.addEventListener("keydown", (/** @type {any} */ event) => {
  const { key, target } = event;
  if (key === "Escape" && !find(":popover-open, dialog[open]")) dismiss();
  // From the switch the notice about it is next, and back.
  const undo = find("#undo");
  if (key === "Tab" && undo && target.matches(cameFrom) && !event.shiftKey) {
    event.preventDefault();
    undo.focus();
  } else if (key === "Tab" && target === undo && event.shiftKey) {
    event.preventDefault();
    find(cameFrom)?.focus();
  }
  const typing = target.matches("input:not([type=checkbox]), select, textarea");
  const act = typing || event.ctrlKey || event.metaKey || event.altKey || !find("#list") ? null : KEYS[key];
  if (!act || find("dialog[open]") || localStorage.getItem(KEYS_OFF)) return;
  event.preventDefault();
  act();
});

// The picture that was chosen, before it is sent.
document.addEventListener("change", (/** @type {any} */ { target }) => {
  if (target.id !== "avatar") return;
  const preview = find("#preview");
  const [file] = target.files;
  if (preview.src.startsWith("blob:")) URL.revokeObjectURL(preview.src);
  preview.hidden = !file;
  if (file) preview.src = URL.createObjectURL(file);
});

// A form with a file says how much of it was sent. What fails leaves the form as it is.
document.addEventListener("submit", (/** @type {any} */ event) => {
  const form = event.target;
  if (form.id !== "user-form" || !find("input[type=file]", form).files.length) return;
  event.preventDefault();
  const bar = find("#sending");
  const request = new XMLHttpRequest();
  const again = () => form.requestSubmit();
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    bar.value = loaded / total;
  });
  request.addEventListener("load", () => {
    if (request.status < 400) return location.assign(request.responseURL);
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    bar.hidden = true;
    if (!find("#user-form", page)) return fail(message(request.responseText), again);
    const main = document.adoptNode(find("main", page));
    find("main").replaceWith(main);
    hx?.process(main);
    (find(".error", main)?.closest("form") && find(`[aria-describedby="${find(".error", main).id}"]`, main) || main).focus();
  });
  request.addEventListener("error", () => {
    bar.hidden = true;
    fail(null, again);
  });
  bar.hidden = false;
  request.open("POST", form.action);
  request.send(new FormData(form));
});

tellAges();
tellSelection();
settleCharts();

// Times are read and typed in the zone of the administrator, which only the browser knows.
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
if (timeZone) {
  document.cookie = `usher_zone=${timeZone}; path=/admin; max-age=31536000; samesite=lax`;
  for (const field of all("input[name=zone]")) field.value = timeZone;
  for (const label of all("[data-zone]")) label.textContent = timeZone;
  // The browser says at once that an end is past, and keeps what was typed; without script the server refuses it.
  const now = new Date(Date.now() - new Date().getTimezoneOffset() * 6e4).toISOString().slice(0, 16);
  for (const end of all("input[name=until][type=datetime-local]")) end.min = now;
}
