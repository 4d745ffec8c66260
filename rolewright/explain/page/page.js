"use strict";
(() => {
  const all = (what, from = document) => [...from.querySelectorAll(what)];
  const roles = all("article");
  const rows = new Map(all("tr[data-role]").map((row) => [row.dataset.role, row]));
  const drawn = new Map(
    all(".drawing .role > a.box").map((box) => [box.getAttribute("href").slice(1), box.parentNode]),
  );
  const form = document.getElementById("filter");
  if (form) {
    const search = document.getElementById("search");
    const risk = document.getElementById("risk");
    const shown = document.getElementById("shown");
    const texts = new Map(roles.map((role) => [role, role.textContent.toLowerCase()]));
    const filter = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0;
      for (const role of roles) {
        const fits =
          words.every((word) => texts.get(role).includes(word)) &&
          (!risk.value || role.dataset.risk.split(" ").includes(risk.value));
        count += fits;
        role.hidden = !fits;
        for (const beside of [rows.get(role.id), roles.length > rows.size && drawn.get(role.id)])
          if (beside) beside.toggleAttribute("hidden", !fits);
      }
      shown.textContent = `${count} of ${roles.length} roles`;
    };
    form.hidden = false;
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    const fold = (open) => all("details").forEach((one) => (one.open = open));
    document.getElementById("unfold").addEventListener("click", () => fold(true));
    document.getElementById("fold").addEventListener("click", () => fold(false));
    filter();
  }
  const unfold = () => {
    const there = location.hash && document.getElementById(location.hash.slice(1));
    const role = there && there.closest("article");
    if (!role) return;
    role.hidden = false;
    role.querySelector("details").open = true;
    there.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  unfold();
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("details:not([open])");
    folded.forEach((one) => (one.open = true));
  });
  addEventListener("afterprint", () => folded.forEach((one) => (one.open = false)));
  const said = document.getElementById("said");
  const drawing = document.querySelector("section .drawing");
  if (drawing && !rows.size) {
    const hint = "Point at a line, or move to it with Tab, to see the statements behind it.";
    const tell = (event) => {
      const about = event.target.closest(".edge,.box,.target,.caller");
      said.textContent = about ? about.querySelector("title").textContent : hint;
    };
    said.textContent = hint;
    said.hidden = false;
    drawing.addEventListener("pointerover", tell);
    drawing.addEventListener("focusin", tell);
  }
})();
