// The page of `digest preview`: what is looked at stands in its address, and every answer is fetched anew.

const $ = id => document.getElementById(id);
const FRAMED = { desktop: ["desktop"], phone: ["phone"], both: ["desktop", "phone"] };
const PANELS = { text: plainText, source, headers, size, checks };
const VIEWS = [...Object.keys(FRAMED), ...Object.keys(PANELS)];
const FROZEN = "@frozen";

const looked = fromAddress();
let choices = { issues: [], samples: [], themes: [], own: "", problems: [] };
let state = null; // the answer of the server for what is looked at
let theme = { problems: [] }; // what is wrong with the theme elsewhere
let version = "";
let asking = new AbortController();
const places = {}; // how far each screen is scrolled

// ---- what is looked at -------------------------------------------------------------------------------------------

function fromAddress() {
  const asked = new URLSearchParams(location.search);
  const view = asked.get("view");
  return {
    issue: asked.get("issue") ?? "",
    theme: asked.get("theme") ?? "",
    view: VIEWS.includes(view) ? view : "desktop",
    dark: asked.get("scheme") === "dark",
    images: asked.get("images") !== "off",
  };
}

function toAddress() {
  const asked = new URLSearchParams();
  if (looked.issue) asked.set("issue", looked.issue);
  if (looked.theme) asked.set("theme", looked.theme);
  if (looked.view !== "desktop") asked.set("view", looked.view);
  if (looked.dark) asked.set("scheme", "dark");
  if (!looked.images) asked.set("images", "off");
  history.replaceState(null, "", `${asked}` ? `?${asked}` : location.pathname);
}

function query(more = {}) {
  return new URLSearchParams({ issue: looked.issue, theme: looked.theme, ...more });
}

function look(change) {
  const before = { ...looked };
  Object.assign(looked, change);
  toAddress();
  showControls();
  if (before.issue !== looked.issue) for (const kind of Object.keys(places)) delete places[kind];
  if (before.issue !== looked.issue || before.theme !== looked.theme) refresh();
  else showView();
}

// ---- asking the server -------------------------------------------------------------------------------------------

async function ask(path, signal) {
  const answer = await fetch(path, { signal }); // fails only when nobody answers: a defect is told as a problem
  return answer.json();
}

async function refresh() {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  $("stage").classList.add("busy");
  try {
    const [found, shown] = await Promise.all([ask("/choices", signal), ask(`/state?${query()}`, signal)]);
    choices = { ...choices, ...found };
    const mended = state?.problems.length && !shown.problems.length;
    state = shown;
    theme = { problems: [] };
    showControls();
    showView();
    announce(shown.problems.length ? "There is a mistake in the template" : mended ? "Mended" : "Updated");
    if (!shown.problems.length && !shown.frozen) {
      theme = await ask(`/check?${query()}`, signal);
      showBadges();
      if (looked.view === "checks") showView();
    }
  } catch (error) {
    if (error.name !== "AbortError") lost();
  } finally {
    if (!signal.aborted) $("stage").classList.remove("busy");
  }
}

function follow() {
  const events = new EventSource("/events");
  events.addEventListener("version", event => {
    connected();
    if (event.data === version) return;
    version = event.data;
    refresh();
  });
  events.onerror = () => lost();
  return events;
}

function connected() {
  document.body.classList.remove("lost");
  document.body.classList.add("live");
  $("live-text").textContent = "live";
}

function lost() {
  document.body.classList.remove("live");
  document.body.classList.add("lost");
  $("live-text").textContent = "ended: start digest preview again";
}

function announce(text) {
  $("announce").textContent = `${text}, ${new Date().toLocaleTimeString()}`;
  document.body.classList.remove("fresh");
  requestAnimationFrame(() => document.body.classList.add("fresh"));
}

// ---- building ----------------------------------------------------------------------------------------------------

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

const kilobytes = bytes => `${(bytes / 1024).toFixed(bytes < 10240 ? 1 : 0)} KB`;
const isSample = id => id.startsWith("sample:");
const day = iso => new Date(iso).toLocaleDateString(undefined, { day: "numeric", month: "short", year: "numeric" });

// ---- the controls ------------------------------------------------------------------------------------------------

function fill(select, groups, value) {
  const wanted = JSON.stringify(groups);
  if (select.dataset.filled !== wanted) { // an open list must not close because nothing changed
    select.dataset.filled = wanted;
    select.replaceChildren(...groups.flatMap(([label, options]) => {
      const made = options.map(([id, title]) => make("option", { value: id }, title));
      return label ? [make("optgroup", { label }, ...made)] : made;
    }));
  }
  select.value = value;
}

function showControls() {
  const issues = choices.issues.map(one => [one.id, `${day(one.created)} · ${one.subject} (${one.state})`]);
  const samples = choices.samples.map(one => [one.id, one.title]);
  const known = [...issues, ...samples];
  const chosen = state?.id ?? (looked.issue || known[0]?.[0] || ""); // a mistake does not say of what it is one
  fill($("issue"), [["Issues", issues], ["Samples", samples]].filter(([, list]) => list.length), chosen);
  const frozen = chosen && !isSample(chosen) ? [[FROZEN, "As it was frozen"]] : [];
  const now = [["", `${choices.own} (as configured)`], ...choices.themes.map(name => [name, name])];
  fill($("theme"), [["", frozen], ["", now]], state?.frozen || (frozen.length && looked.theme === FROZEN) ? FROZEN : looked.theme === FROZEN ? "" : looked.theme);
  for (const button of document.querySelectorAll("[data-view]")) {
    if (button.dataset.view === looked.view) {
      if (!button.hasAttribute("aria-current")) button.scrollIntoView({ block: "nearest", inline: "center" }); // of a row that is too wide
      button.setAttribute("aria-current", "page");
    } else button.removeAttribute("aria-current");
  }
  $("dark").setAttribute("aria-pressed", looked.dark);
  $("images").setAttribute("aria-pressed", !looked.images);
  for (const option of $("theme").options) option.disabled = state?.can_render === false && option.value !== FROZEN;
  showNotice();
  showBadges();
}

function showNotice() {
  let text = "";
  if (choices.problems.length && !state?.problems.length) {
    text = `Past issues cannot be shown: ${choices.problems.map(one => [one.what, one.remedy].filter(Boolean).join("; ")).join(". ")}`;
  } else if (state?.frozen) {
    text = state.can_render
      ? "This is the issue as it was frozen: what you edit does not show in it. The list of themes, or f, shows it as the theme is now."
      : "An older digest froze this issue and did not keep what it was made of: it can be shown as it was, not in another theme.";
  }
  $("notice").textContent = text;
  $("notice").hidden = !text;
}

function showBadges() {
  const size = state?.sizes;
  badge($("size-badge"), size ? kilobytes(size.html) : "", size ? weight(size) : "");
  const found = state?.findings ?? [];
  const worst = theme.problems.length || found.some(one => one.severity === "error") ? "error" : "warning";
  const count = found.length + theme.problems.length;
  badge($("checks-badge"), count ? String(count) : "", count ? worst : "");
  if (count) $("checks-badge").append(make("span", { class: "unseen" }, " found"));
}

function badge(element, text, kind) {
  element.textContent = text;
  element.className = `badge ${kind}`;
}

const weight = size => (size.html > size.limit ? "error" : size.html > size.limit * 0.88 ? "warning" : "");

// ---- the views ---------------------------------------------------------------------------------------------------

function showView() {
  const stage = $("stage");
  document.title = `${state?.subject ?? "Preview"} · digest`;
  if (!state) return;
  if (state.problems.length) return swap(stage, mistakes());
  if (looked.view in FRAMED) return showScreens(stage);
  swap(stage, PANELS[looked.view]());
}

function swap(stage, ...children) {
  const top = stage.scrollTop;
  const same = stage.dataset.view === looked.view;
  stage.className = stage.classList.contains("busy") ? "busy" : "";
  stage.dataset.view = looked.view;
  stage.replaceChildren(...children);
  stage.scrollTop = same ? top : 0;
}

function showScreens(stage) {
  const kinds = FRAMED[looked.view];
  const there = [...stage.querySelectorAll(".screen")].map(screen => screen.dataset.kind);
  if (String(there) !== String(kinds)) {
    const screens = make("div", { class: "screens" }, ...kinds.map(kind =>
      make("div", { class: `screen ${kind}`, "data-kind": kind }, make("div", { class: "glass" }))));
    swap(stage, inboxLine(), screens);
  } else {
    stage.querySelector(".inbox").replaceWith(inboxLine());
  }
  stage.classList.add("framed");
  for (const screen of stage.querySelectorAll(".screen")) showMail(screen);
}

function showMail(screen) {
  const { kind } = screen.dataset;
  const glass = screen.firstElementChild;
  screen.classList.toggle("dark", looked.dark);
  const how = { scheme: looked.dark ? "dark" : "light", images: looked.images ? "on" : "off", version };
  for (const waiting of glass.querySelectorAll(".coming")) waiting.remove();
  const frame = make("iframe", {
    class: "coming",
    sandbox: "allow-same-origin", // and no scripts: it lets this page keep its place, and nothing in it can act
    title: `The e-mail on a ${kind}`,
    src: `/mail?${query(how)}`,
  });
  // The new one is loaded behind the old, so that nothing flickers and the place is kept.
  frame.addEventListener("load", () => {
    const inside = frame.contentWindow;
    if (kind === "phone") frame.contentDocument.documentElement.style.scrollbarWidth = "none"; // as on a phone
    inside.scrollTo(0, places[kind] ?? 0);
    inside.addEventListener("scroll", () => { places[kind] = inside.scrollY; }, { passive: true });
    frame.contentDocument.addEventListener("click", stopLink, true);
    frame.contentDocument.addEventListener("auxclick", stopLink, true);
    frame.contentDocument.addEventListener("keydown", onKey);
    const focused = glass.contains(document.activeElement);
    for (const old of glass.querySelectorAll("iframe:not(.coming)")) old.remove();
    frame.classList.remove("coming");
    if (focused) frame.focus();
  });
  glass.append(frame);
}

function inboxLine() {
  const from = state.from.name || state.from.address;
  const kind = state.sample ? ["Sample", ""] : state.frozen ? ["As frozen", "frozen"] : [state.state, ""];
  return make("div", { class: "inbox", role: "group", "aria-label": "In the mailbox" },
    make("span", { class: "face", "aria-hidden": "true" }, [...from][0]?.toUpperCase() ?? "?"),
    make("div", { class: "said" },
      make("p", { class: "from" }, from, " ", make("span", {}, `‹${state.from.address}›`)),
      make("p", { dir: "auto" }, make("strong", {}, state.subject), " ",
        make("span", { class: "preheader" }, state.preheader ? `– ${state.preheader}` : ""))),
    make("span", { class: `kind ${kind[1]}` }, kind[0]));
}

function stopLink(event) {
  const link = event.target.closest?.("a[href], area[href]");
  if (!link) return;
  event.preventDefault();
  toast(`Leads to ${link.href}`);
}

let hiding;
function toast(text) {
  document.querySelector(".toast")?.remove();
  document.body.append(make("div", { class: "toast", role: "status" }, text));
  clearTimeout(hiding);
  hiding = setTimeout(() => document.querySelector(".toast")?.remove(), 5000);
}

function mistakes() {
  const many = state.problems.length > 1;
  return make("section", { class: "sheet mistake", role: "alert" },
    make("h2", {}, many ? `${state.problems.length} things to mend` : "Something to mend"),
    make("p", { class: "soft" }, "No e-mail is made of it until then. Save the file, and this page goes on."),
    problemList(state.problems));
}

function problemList(problems) {
  return make("ol", { class: "problems" }, ...problems.map(problem => make("li", {},
    make("p", { class: "what" }, problem.what),
    problem.where ? make("p", { class: "where" }, problem.where) : null,
    problem.lines.length ? make("pre", {}, ...problem.lines.map(line =>
      make("span", { class: line.wrong ? "wrong" : null, "data-number": line.number || "" }, line.text || " "))) : null,
    problem.remedy ? make("p", { class: "remedy" }, problem.remedy) : null)));
}

function plainText() {
  return make("section", { class: "sheet", "aria-label": "Plain text" },
    make("pre", { class: "letter", dir: "auto", tabindex: "0" }, state.text));
}

function source() {
  const copy = make("button", { type: "button" }, "Copy");
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(state.html);
    toast("The HTML is copied");
  });
  return make("section", { class: "sheet code", "aria-labelledby": "source-title" },
    make("div", { class: "head" },
      make("h2", { id: "source-title" }, "HTML, as it is sent"), copy,
      make("a", { class: "button", href: `/message?${query()}`, download: "digest.eml" }, "Message as .eml")),
    make("pre", { class: "lines", tabindex: "0" }, ...state.html.split("\n").map(line => make("span", {}, ...coloured(line)))));
}

function* coloured(line) {
  // Only to the eye: a tag, within it its attributes, and comments.
  for (const piece of line.split(/(<!--.*?-->|<[^>]*>)/)) {
    if (piece.startsWith("<!--")) yield make("span", { class: "note" }, piece);
    else if (piece.startsWith("<")) {
      yield make("span", { class: "tag" }, ...piece.split(/(\s[\w:-]+(?==))/).map((part, place) =>
        (place % 2 ? make("span", { class: "attr" }, part) : part)));
    } else if (piece) yield piece;
  }
}

function headers() {
  const rows = state.headers.map(([name, value]) => make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, value)));
  return make("section", { class: "sheet", "aria-labelledby": "headers-title" },
    make("h2", { id: "headers-title" }, "Headers"),
    make("p", { class: "soft" }, "As a made-up reader gets them. To, Message-ID and List-Unsubscribe differ for each."),
    state.message_problems.length ? problemList(state.message_problems) : make("table", { class: "headers" }, make("tbody", {}, ...rows)));
}

function size() {
  const { sizes } = state;
  const left = sizes.limit - sizes.html;
  const gauge = make("div", { class: `gauge ${weight(sizes)}`, role: "img", "aria-label": `${Math.round((100 * sizes.html) / sizes.limit)} per cent of what Gmail shows` }, make("span"));
  gauge.firstChild.style.width = `${Math.min(100, (100 * sizes.html) / sizes.limit)}%`;
  return make("section", { class: "sheet", "aria-labelledby": "size-title" },
    make("h2", { id: "size-title" }, "Size"),
    make("p", { class: "big" }, kilobytes(sizes.html), make("small", {}, ` of the ${sizes.limit / 1024} KB of HTML that Gmail shows`)),
    gauge,
    make("p", {}, left >= 0 ? `${kilobytes(left)} are left.` : `Gmail cuts off the last ${kilobytes(-left)}, the unsubscribe link too. Lower [curate] limit, or shorten what each story holds.`),
    make("h3", {}, "What the HTML is made of"), shares(sizes.html_parts),
    sizes.message_parts.length ? make("h3", {}, `The whole message: ${kilobytes(sizes.message)}, encoded`) : null,
    sizes.message_parts.length ? shares(sizes.message_parts) : null,
    state.message_problems.length ? problemList(state.message_problems) : null);
}

function shares(parts) {
  const most = Math.max(...parts.map(part => part.bytes), 1);
  return make("table", {}, make("tbody", {}, ...parts.map(part => {
    const bar = make("span", { class: "share" });
    bar.style.width = `${(100 * part.bytes) / most}%`;
    return make("tr", {}, make("th", { scope: "row" }, part.name[0].toUpperCase() + part.name.slice(1)), make("td", { class: "shares", "aria-hidden": "true" }, bar),
      make("td", { class: "number" }, `${part.bytes.toLocaleString("en")} B`));
  })));
}

function checks() {
  const found = state.findings;
  const nothing = !found.length && !theme.problems.length;
  return make("section", { class: "sheet", "aria-labelledby": "checks-title" },
    make("h2", { id: "checks-title" }, "Checks"),
    make("p", { class: "soft" }, state.frozen ? "As they were when the issue was frozen." : "What mail clients and readers would stumble over."),
    nothing ? make("p", {}, `Nothing was found: in the size, the images, the links, the contrast in light and dark, the preheader, the way to unsubscribe${state.clients.length ? `, and what ${state.clients.join(", ")} show` : ""}.`) : null,
    found.length ? make("ul", { class: "findings" }, ...found.map(one => make("li", { class: one.severity },
      make("span", { class: "rule" }, `${one.severity === "error" ? "Error" : "Warning"} · ${one.rule}`), one.message))) : null,
    theme.problems.length ? make("h3", {}, "The theme fails on another made-up issue") : null,
    theme.problems.length ? problemList(theme.problems) : null);
}

// ---- by hand -----------------------------------------------------------------------------------------------------

function step(by) {
  const options = [...$("issue").options];
  const place = options.findIndex(option => option.value === $("issue").value) + by;
  if (options[place]) choose(options[place].value);
}

function choose(issue) {
  look({ issue, theme: looked.theme === FROZEN && isSample(issue) ? "" : looked.theme });
}

const KEYS = {
  d: () => look({ dark: !looked.dark }),
  i: () => look({ images: !looked.images }),
  j: () => step(1),
  k: () => step(-1),
  s: () => $("issue").focus(),
  t: () => $("theme").focus(),
  f: () => state && !state.sample && state.can_render && look({ theme: looked.theme === FROZEN ? "" : FROZEN }),
  r: refresh,
  "?": () => $("keys").showModal(),
};
const SCROLL = { ArrowDown: [0, 60], ArrowUp: [0, -60], PageDown: [0.9, 0], PageUp: [-0.9, 0], " ": [0.9, 0], Home: [-1e6, 0], End: [1e6, 0] };

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || $("keys").open) return;
  const { target } = event;
  if (target.matches?.("select") && event.key === "Escape") return target.blur(); // a list takes letters for itself
  if (target.matches?.("input, textarea, select")) return;
  if (event.key in SCROLL && target === document.body) return scrollMail(event);
  if (!$("single").checked) return;
  const view = VIEWS[Number(event.key) - 1];
  if (view) look({ view });
  else if (event.key in KEYS) KEYS[event.key]();
  else return;
  event.preventDefault();
}

function scrollMail(event) {
  const [pages, pixels] = SCROLL[event.key];
  const inside = document.querySelector(".screen iframe:not(.coming)")?.contentWindow;
  const sight = inside ?? $("stage");
  sight.scrollBy({ top: pages * (inside ? inside.innerHeight : sight.clientHeight) + pixels });
  event.preventDefault();
}

$("issue").addEventListener("change", event => choose(event.target.value));
$("theme").addEventListener("change", event => look({ theme: event.target.value }));
$("newer").addEventListener("click", () => step(-1));
$("older").addEventListener("click", () => step(1));
$("dark").addEventListener("click", KEYS.d);
$("images").addEventListener("click", KEYS.i);
$("help").addEventListener("click", KEYS["?"]);
$("views").addEventListener("click", event => {
  const button = event.target.closest("[data-view]");
  if (button) look({ view: button.dataset.view });
});
$("single").checked = localStorage.getItem("single-keys") !== "off";
$("single").addEventListener("change", event => localStorage.setItem("single-keys", event.target.checked ? "on" : "off"));
document.addEventListener("keydown", onKey);
window.addEventListener("focus", async () => { // a build may have made a new issue meanwhile
  const before = JSON.stringify(choices.issues[0]);
  try {
    choices = { ...choices, ...(await ask("/choices")) };
    if (!looked.issue && JSON.stringify(choices.issues[0]) !== before) refresh();
    else showControls();
  } catch { lost(); }
});

showControls();
let following = follow();
// A browser opens six connections to one place; a page that nobody sees needs none.
document.addEventListener("visibilitychange", () => {
  following.close();
  if (!document.hidden) following = follow();
});
