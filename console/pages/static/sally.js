// What neither HTML nor htmx can do: the viewer's time zone, the theme, times that grow older.
(() => {
  "use strict";
  const YEAR = 31536000;
  const root = document.documentElement;
  const keep = (name, value) => {
    document.cookie = `${name}=${value}; path=/; max-age=${YEAR}; samesite=lax`;
  };

  // The server tells times in the zone that it was last told.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && !document.cookie.split("; ").includes(`tz=${zone}`)) keep("tz", zone);

  const theme = document.getElementById("theme");
  theme?.addEventListener("click", () => {
    const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    const next = (root.dataset.theme || system) === "dark" ? "light" : "dark";
    root.dataset.theme = next;
    keep("theme", next);
  });

  const relative = (seconds) => {
    const far = Math.abs(seconds);
    if (far < 10) return seconds >= 0 ? "just now" : "now";
    const days = Math.floor(far / 86400), hours = Math.floor(far / 3600);
    const words = days >= 2 ? `${days} d` : hours >= 1 ? `${hours} h`
      : far >= 60 ? `${Math.floor(far / 60)} min` : `${Math.floor(far)} s`;
    return seconds > 0 ? `${words} ago` : `in ${words}`;
  };
  const age = () => {
    for (const each of document.querySelectorAll("time[data-relative]")) {
      const said = relative((Date.now() - Date.parse(each.dateTime)) / 1000);
      if (each.textContent !== said) each.textContent = said;
    }
  };
  setInterval(age, 10000);

  const lost = document.getElementById("lost");
  document.getElementById("again")?.addEventListener("click", () => location.reload());
  document.addEventListener("htmx:sendError", () => { lost.hidden = false; });
  document.addEventListener("htmx:afterOnLoad", () => { lost.hidden = true; });
  // Somebody reads or works in what would be replaced: what asks by itself waits.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const asked = event.detail.elt;
    const isPolling = !event.detail.requestConfig.triggeringEvent && /every \d+s/.test(asked.getAttribute("hx-trigger") || "");
    if (isPolling && (document.hidden || asked.contains(document.activeElement))) event.preventDefault();
  });
})();
