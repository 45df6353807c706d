(() => {
  "use strict";
  const entries = JSON.parse(document.getElementById("entries").textContent);
  const form = document.getElementById("search");
  const input = form.querySelector("input");
  const list = document.getElementById("found");
  const status = document.getElementById("count");
  const score = (entry, words) => {
    const name = entry.name.toLowerCase();
    const rest = [entry.brief, entry.area, ...(entry.renamed_from ?? [])].join(" ").toLowerCase();
    if (!words.every((word) => name.includes(word) || rest.includes(word))) return 0;
    return 1 + words.filter((word) => name.includes(word)).length + (name === words.join("-") ? 9 : 0);
  };
  const item = (entry) => {
    const made = document.createElement("li");
    const link = Object.assign(document.createElement("a"), { href: entry.url, textContent: entry.name });
    const brief = Object.assign(document.createElement("p"), { textContent: entry.brief });
    made.append(link, ` ${entry.kind}`, brief);
    return made;
  };
  const search = () => {
    const words = input.value.toLowerCase().split(/[\s-]+/).filter(Boolean);
    const scored = words.length ? entries.map((entry) => [score(entry, words), entry]) : [];
    const found = scored.filter(([points]) => points).sort(([one], [two]) => two - one).slice(0, 25);
    list.replaceChildren(...found.map(([, entry]) => item(entry)));
    status.textContent = words.length ? `${found.length || "nothing"} found` : "";
  };
  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("input", search);
  input.value = new URLSearchParams(location.search).get("q") ?? "";
  form.hidden = false;
  search();
})();
