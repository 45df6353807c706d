(() => {
  "use strict";
  const root = document.documentElement;
  const button = document.getElementById("scheme");
  const kept = () => { try { return localStorage.getItem("scheme"); } catch { return null; } };
  const keep = (scheme) => { try { localStorage.setItem("scheme", scheme); } catch { /* not allowed here */ } };
  const now = () => root.dataset.scheme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  const other = () => (now() === "dark" ? "light" : "dark");
  const show = () => { button.textContent = other() === "dark" ? "Dark colours" : "Light colours"; };
  if (["dark", "light"].includes(kept())) root.dataset.scheme = kept();
  button.addEventListener("click", () => { root.dataset.scheme = other(); keep(root.dataset.scheme); show(); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  show();
  button.hidden = false;
})();
