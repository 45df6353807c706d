(() => {
  "use strict";
  const form = document.getElementById("find");
  const input = form.querySelector("input");
  const list = document.getElementById("found");
  const status = document.getElementById("count");
  const shards = new Map();
  const shardOf = (text) => [...text.slice(0, 2)].map((one) => (/[a-z0-9]/.test(one) ? one : "_")).join("");
  const item = ([name, version, models, worst, page]) => {
    const made = document.createElement("li");
    const shown = page ? Object.assign(document.createElement("a"), { href: page }) : document.createElement("span");
    shown.textContent = `${name} ${version}`;
    made.append(shown, models ? ` ${models} models, ${worst}` : page ? "" : " no models");
    return made;
  };
  const search = () => {
    const text = input.value.trim().toLowerCase();
    const rows = text.length < 2 ? [] : shards.get(shardOf(text));
    if (rows === undefined) {
      shards.set(shardOf(text), []);
      const script = document.createElement("script");
      script.src = `search/${shardOf(text)}.js`;
      script.onerror = search;
      document.head.append(script);
      return;
    }
    const found = rows.filter(([name]) => name.startsWith(text));
    list.replaceChildren(...found.slice(0, 50).map(item));
    status.textContent = text.length < 2 ? "" : `${found.length || "nothing"} found`;
  };
  window.shard = (name, rows) => { shards.set(name, rows); search(); };
  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("input", search);
  form.hidden = false;
})();
