"use strict";
// Shows the nodes of one finding or of one class; the address keeps which.
const filter = document.getElementById("filter");
const map = document.querySelector(".map");
const shown = document.getElementById("shown");
const apply = () => {
  const kind = filter.value[0], wanted = filter.value.slice(1);
  let count = 0;
  map.classList.toggle("filtered", Boolean(kind));
  for (const cell of map.children) {
    const is = kind === "c" ? cell.dataset.c === wanted
        : kind === "f" && (cell.dataset.f || "").split(" ").includes(wanted);
    cell.classList.toggle("shown", is);
    if (is) ++count;
  }
  const row = kind && document.getElementById(filter.value);
  shown.textContent = row ? row.querySelector(".set").textContent : "";
  history.replaceState(null, "", filter.value ? "#show=" + filter.value : "#");
};
const asked = location.hash.match(/^#show=([fc]\d+)$/);
if (asked && [...filter.options].some(option => option.value === asked[1])) filter.value = asked[1];
filter.closest(".filter").hidden = false;
filter.addEventListener("change", apply);
if (filter.value) apply();
