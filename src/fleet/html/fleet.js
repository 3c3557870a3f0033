"use strict";
// Shows the nodes of one finding or of one class; the address keeps which.
const filter = document.getElementById("filter");
const map = document.querySelector(".map");
const shown = document.getElementById("shown");
const apply = () => {
  const kind = filter.value[0], wanted = filter.value.slice(1);
  map.classList.toggle("filtered", Boolean(kind));
  for (const cell of map.children) {
    const is = Boolean(kind) && (cell.dataset[kind] || "").split(" ").includes(wanted);
    cell.classList.toggle("shown", is);
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

// The cells by the arrow keys, or by a touch: the line above the map says which nodes they are.
const cells = [...map.children];
let current = -1;
const select = n => {
  if (n < 0 || n >= cells.length) return;
  if (current >= 0) cells[current].classList.remove("current");
  current = n;
  cells[n].classList.add("current");
  cells[n].scrollIntoView({block: "nearest"});
  shown.textContent = cells[n].title;
};
const columns = () => {
  const top = cells[0].offsetTop;
  const next = cells.findIndex(cell => cell.offsetTop > top);
  return next < 0 ? cells.length : next;
};
if (cells.length) {
  map.tabIndex = 0;
  map.addEventListener("click", event => select(cells.indexOf(event.target)));
  map.addEventListener("keydown", event => {
    const step = {ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns(), ArrowUp: -columns()}[event.key];
    if (event.key === "Home") select(0);
    else if (event.key === "End") select(cells.length - 1);
    else if (step) select(current < 0 ? 0 : current + step);
    else return;
    event.preventDefault();
  });
}
