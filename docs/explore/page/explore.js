"use strict";

// The page of docs/explore: names and values of controls go to Go, and HTML comes back.
// Everything that is decided is decided there.
(() => {
  const app = document.getElementById("explore-app");
  const status = document.getElementById("explore-status");
  const here = document.currentScript.src.replace(/[^/]*$/, "");
  const reduced = matchMedia("(prefers-reduced-motion: reduce)");
  let loading; // the promise of the engine
  let ready = false;
  let timer; // of the next tick

  // load fetches the engine once. It is compressed, whatever the server says of it.
  function load() {
    if (loading) return loading;
    status.textContent = "The engine is being loaded.";
    loading = start().then(() => {
      ready = true;
      status.textContent = "";
      window.exploreSend("still", String(reduced.matches));
      if (location.hash) window.exploreSend("address", location.hash);
      show();
      document.documentElement.dataset.explore = "ready";
    }, (problem) => {
      status.textContent = "The engine could not be loaded (" + problem.message +
        "), so the controls do nothing. What is shown below is the first example.";
      document.documentElement.dataset.explore = "failed";
    });
    return loading;
  }

  async function start() {
    if (!("DecompressionStream" in window)) throw new Error("this browser cannot decompress it");
    await new Promise((done, fail) => {
      const script = document.createElement("script");
      script.src = here + "wasm_exec.js";
      script.onload = done;
      script.onerror = () => fail(new Error("wasm_exec.js is not there"));
      document.head.append(script);
    });
    const answer = await fetch(here + "explore.wasm.gz");
    if (!answer.ok) throw new Error("status " + answer.status);
    const code = new Response(answer.body.pipeThrough(new DecompressionStream("gzip")), { headers: { "Content-Type": "application/wasm" } });
    const go = new window.Go();
    const { instance } = await WebAssembly.instantiateStreaming(code, go.importObject);
    go.run(instance).then(() => { status.textContent = "The engine has stopped. Load the page again."; });
  }

  // send tells Go that a control has a value, and shows what comes of it.
  function send(name, value) {
    if (!ready) {
      load().then(() => { if (ready) send(name, value); });
      return false;
    }
    const heard = window.exploreSend(name, value);
    if (heard) show(name);
    return heard;
  }

  function show(name) {
    const [html, fragment, tick] = window.explorePage();
    const next = document.createElement("div");
    next.innerHTML = html;
    merge(app, next);
    const address = fragment ? "#" + fragment : location.pathname + location.search;
    if (name !== "tick" && name !== "address" && "#" + fragment !== location.hash) {
      history[name === "screen" ? "pushState" : "replaceState"](null, "", address);
    }
    clearTimeout(timer);
    if (tick === 0) requestAnimationFrame(() => send("tick", ""));
    if (tick > 0) timer = setTimeout(() => send("tick", ""), tick);
  }

  // merge makes the children of old those of next, and keeps the elements that are there:
  // with them the focus, the selection, and what a screen reader listens to.
  function merge(old, next) {
    const wanted = [...next.childNodes];
    wanted.forEach((node, i) => {
      const is = old.childNodes[i];
      if (!is) old.append(node);
      else if (is.nodeName !== node.nodeName || is.id !== node.id) is.replaceWith(node);
      else if (is.nodeType !== Node.ELEMENT_NODE) {
        if (is.data !== node.data) is.data = node.data;
      } else adopt(is, node);
    });
    while (old.childNodes.length > wanted.length) old.lastChild.remove();
  }

  function adopt(is, node) {
    for (const a of [...is.attributes]) {
      if (!node.hasAttribute(a.name) && !(is.nodeName === "DETAILS" && a.name === "open")) is.removeAttribute(a.name);
    }
    for (const a of node.attributes) {
      if (is.getAttribute(a.name) !== a.value) is.setAttribute(a.name, a.value);
    }
    merge(is, node);
    if (is === document.activeElement && typed(is)) return; // somebody is writing there
    if (is.nodeName === "INPUT" && is.value !== node.value) is.value = node.value;
    if (is.nodeName === "SELECT" || is.nodeName === "TEXTAREA") is.value = node.value;
  }

  // typed tells whether a control takes letters or arrows for itself.
  function typed(e) {
    return e.nodeName === "INPUT" || e.nodeName === "SELECT" || e.nodeName === "TEXTAREA";
  }

  async function copy(what) {
    const text = what === "link" ? location.href : document.getElementById("gotest").textContent;
    const note = document.getElementById("copied");
    try {
      await navigator.clipboard.writeText(text);
      note.textContent = what === "link" ? "The link is copied." : "The test is copied.";
    } catch {
      note.textContent = "The browser does not let the page copy; the " + (what === "link" ? "address bar has the link." : "test stands below.");
    }
  }

  // own tells whether an event is of the app. A control of it has a name.
  const own = (e) => (app.contains(e.target) ? e.target.closest("[name], [data-copy]") : null);
  app.addEventListener("input", (e) => { if (own(e)) send(e.target.name, e.target.value); });
  app.addEventListener("click", (e) => {
    const control = own(e);
    if (!control || control.nodeName !== "BUTTON") return;
    if (control.dataset.copy) load().then(() => copy(control.dataset.copy));
    else send(control.name, control.value);
  });
  app.addEventListener("submit", (e) => e.preventDefault());
  document.addEventListener("keydown", (e) => {
    if (!ready || e.ctrlKey || e.altKey || e.metaKey || typed(e.target)) return;
    if (!/^(Arrow(Left|Right)|Home|End| )$/.test(e.key)) return;
    if (e.key === " " && e.target.closest("button, a, summary")) return;
    if (e.target.closest("[tabindex='0']")) return; // what scrolls by arrows
    if (send("key", (e.shiftKey ? "Shift+" : "") + e.key)) e.preventDefault();
  });
  window.addEventListener("hashchange", () => send("address", location.hash));
  reduced.addEventListener("change", () => { if (ready) send("still", String(reduced.matches)); });
  for (const kind of ["pointerdown", "focusin", "keydown"]) app.addEventListener(kind, load, { once: true });
  if (location.hash.length > 1) load();
  else (window.requestIdleCallback || ((f) => setTimeout(f, 1000)))(load);
})();
