"use strict";

// find returns the entries that have every word of the query, as the beginning of one of
// theirs; those with a word in a title come first.
function find(index, query) {
  const words = query.toLowerCase().match(/[0-9a-z\u00c0-\u1fff]+/g) || [];
  if (words.length === 0) return [];
  const begins = (text, word) => (" " + text).includes(" " + word);
  const found = [];
  for (const entry of index) {
    if (!words.every((word) => begins(entry.w, word))) continue;
    const title = (entry.p + " " + entry.s).toLowerCase();
    const score = words.filter((word) => begins(title, word)).length * 2 +
      words.filter((word) => (" " + entry.w + " ").includes(" " + word + " ")).length;
    found.push({ entry, score });
  }
  return found.sort((a, b) => b.score - a.score).map((f) => f.entry); // a stable sort
}

// listen gives the page its search: / goes there, arrows go through what was found,
// Escape goes back.
function listen() {
  const root = document.documentElement.dataset.root;
  const box = document.getElementById("search");
  const input = box.querySelector("input");
  const list = document.getElementById("results");
  const status = document.getElementById("found");
  box.hidden = false;

  const load = () => {
    if (document.getElementById("index")) return;
    const script = document.createElement("script");
    script.id = "index";
    script.src = root + "assets/index.js";
    script.onload = show;
    document.head.append(script);
  };
  const show = () => {
    const query = input.value.trim();
    const found = window.searchIndex ? find(window.searchIndex, query) : [];
    list.replaceChildren(...found.slice(0, 12).map((entry) => {
      const link = document.createElement("a");
      link.href = root + entry.u;
      link.textContent = entry.s || entry.p;
      if (entry.s) {
        const page = document.createElement("span");
        page.textContent = entry.p;
        link.append(" ", page);
      }
      const item = document.createElement("li");
      item.append(link);
      return item;
    }));
    status.textContent = query === "" || !window.searchIndex ? "" :
      found.length === 0 ? "Nothing found" : found.length === 1 ? "1 place" : found.length + " places";
  };
  const close = () => {
    input.value = "";
    show();
  };

  input.addEventListener("focus", load);
  input.addEventListener("input", show);
  box.addEventListener("keydown", (event) => {
    const stops = [input, ...list.querySelectorAll("a")];
    const at = stops.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && stops[at + step]) {
      event.preventDefault();
      stops[at + step].focus();
    } else if (event.key === "Enter" && at === 0 && stops[1]) {
      stops[1].click();
    } else if (event.key === "Escape") {
      close();
      document.getElementById("text").focus();
    }
  });
  list.addEventListener("click", () => setTimeout(close));
  document.addEventListener("click", (event) => {
    if (!box.contains(event.target)) close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.target.matches("input, textarea")) return;
    event.preventDefault();
    input.focus();
  });
}

// reach lets the keyboard scroll what is wider than the page.
function reach() {
  for (const box of document.querySelectorAll("main pre, main .wide")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

if (typeof document !== "undefined") {
  listen();
  reach();
  document.fonts.ready.then(reach);
  addEventListener("resize", reach);
}
