// Makes the page answer to other priorities and candidates. It ranks as the program does, in whole numbers, and changes
// only what the page holds already: nothing is built from text, and without this script the page is complete.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const {factors, options} = data;
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const tenths = (sum, points) => {  // rounded half up, as the program does
    const t = Math.floor((sum * 20 + points) / (points * 2));
    return `${Math.floor(t / 10)}.${t % 10}`;
  };
  const setting = {points: factors.map(f => f.points), on: options.map(() => true)};

  // --- the ranking ---------------------------------------------------------------------------------------------------

  // Why an option is not ranked: what the program calls adequacy, among the options that are compared.
  function judge(points, on) {
    const here = options.filter((o, n) => on[n] && !o.removed);
    const best = Math.max(0, ...here.map(o => o.hardware));
    const bestOf = role => Math.max(0, ...here.filter(o => o.role === role).map(o => o.hardware));
    const usesAccelerators = here.some(o => o.accelerators > 0 && !o.on_cpu && o.hardware >= data.adequate_least);
    const lifts = data.hardware_factor < 0 ? "" : ` 0 points for ${factors[data.hardware_factor].name} lift this rule.`;
    const counts = points.every(p => p === 0) || data.hardware_factor < 0 || points[data.hardware_factor] > 0;
    return options.map((o, n) => {
      if (!on[n]) return "off";
      if (o.removed) return o.because_not;
      if (best === 0) return "";
      if (o.hardware === 0 && o.hardware_high === 0) return o.sentence;
      if (!counts) return "";
      if (usesAccelerators && o.on_cpu) return `It would leave the hardware idle, as it runs on the CPU here.${lifts}`;
      const most = bestOf(o.role);
      if (o.accelerators > 0 && most >= data.adequate_least &&
          (o.hardware < data.adequate_least || o.hardware < most - data.adequate_behind_best))
        return `Its hardware support here is ${o.hardware} of 100, and ${most} is possible.${lifts}`;
      return "";
    });
  }

  function rank(asked, on) {
    const points = asked.every(p => p === 0) ? asked.map(() => 1) : asked;
    const sum = points.reduce((a, b) => a + b, 0);
    const why = judge(asked, on);
    const byWeight = points.map((_, k) => k).sort((a, b) => points[b] - points[a] || a - b);
    const total = o => points.reduce((t, p, k) => t + p * o.scores[k], 0);
    const totalHigh = o => points.reduce((t, p, k) => t + p * o.highs[k], 0);
    const places = options.map((o, n) => ({n, total: total(o), high: totalHigh(o), rank: 0}));
    const ranked = places.filter(p => why[p.n] === "").sort((a, b) => {
      if (a.total !== b.total) return b.total - a.total;
      for (const k of byWeight) {
        const difference = options[b.n].scores[k] - options[a.n].scores[k];
        if (difference !== 0) return difference;
      }
      return options[a.n].id < options[b.n].id ? -1 : 1;
    });
    ranked.forEach((p, n) => { p.rank = n > 0 && p.total === ranked[n - 1].total ? ranked[n - 1].rank : n + 1; });
    const results = factors.map((_, k) => {
      const compared = options.map((_, n) => n).filter(n => on[n]);
      const best = Math.max(...compared.map(n => options[n].scores[k]));
      const near = compared.filter(n => best - options[n].scores[k] <= data.tie_margin);
      return near.length === 1 ? {winner: near[0], tied: []} : {winner: -1, tied: near};
    });
    return {points, sum, places, ranked, results, why};
  }
  window.rigfit = {rank, setting};  // for tests

  // --- what it takes for another to be first ---------------------------------------------------------------------------

  function flipText(now, k) {
    const [first, ...others] = now.ranked;
    if (!first) return "";
    if (others.length === 0) return "No other framework is ranked.";
    if (others[0].rank === 1) return "The first place is shared.";
    const rest = now.sum - now.points[k], sides = {below: null, above: null};
    for (const other of others) {
      const d = options[first.n].scores.map((s, i) => s - options[other.n].scores[i]);
      let weight = rest, lead = first.total - other.total - now.points[k] * d[k];
      if (rest === 0) {
        weight = factors.length - 1;
        lead = d.reduce((a, b) => a + b, 0) - d[k];
      }
      if (lead === weight * d[k]) continue;
      const t = lead / (lead - weight * d[k]);
      if (!(t > 0 && t < 1)) continue;
      const side = t > now.points[k] / now.sum ? "above" : "below";
      if (rest === 0) continue;
      if (!sides[side] || (side === "above" ? t < sides[side].t : t > sides[side].t)) sides[side] = {t, n: other.n};
    }
    const words = ["below", "above"].filter(s => sides[s]).map(s => {
      const points = sides[s].t * rest / (1 - sides[s].t);
      return `${options[sides[s].n].name} ${s} ${points < 1000 ? points.toFixed(1) : points.toFixed(0)}`;
    });
    const name = options[first.n].name;
    return words.length ? `First instead: ${words.join(" and ")} points.` : `${name} stays first, whatever its points.`;
  }

  // --- showing it ------------------------------------------------------------------------------------------------------

  const rankItems = new Map(all("#rank-list > li").map(li => [+li.dataset.option, li]));
  const rankTemplate = one("#rank-list > li");
  const controls = one("#controls"), live = one("#live"), list = one("#rank-list"), behindList = one("#behind-list");

  function itemFor(n) {
    if (rankItems.has(n) || !rankTemplate) return rankItems.get(n);
    const li = rankTemplate.cloneNode(true), o = options[n];
    li.dataset.option = n;
    one("b", li).textContent = o.name;
    one(".dot", li).className = `dot c${o.color}`;
    one("svg", li).setAttribute("class", `bar-svg c${o.color}`);
    rankItems.set(n, li);
    return li;
  }

  function showRanks(now, isAsReported) {
    list.replaceChildren(...now.ranked.map(place => {
      const li = itemFor(place.n);
      li.classList.toggle("first", place.rank === 1);
      one(".place", li).textContent = place.rank;
      one(".total", li).textContent = totalText(place, now);
      one(".share", li).hidden = !isAsReported;
      let x = 0;
      all(".seg", li).forEach((seg, k) => {
        const width = 100 * now.points[k] * options[place.n].scores[k] / (now.sum * 100);
        seg.setAttribute("x", `${x}%`);
        seg.setAttribute("width", `${width}%`);
        one("title", seg).textContent = `${factors[k].name}: ${tenths(now.points[k] * options[place.n].scores[k], now.sum)}`;
        x += width;
      });
      return li;
    }));
    const behind = now.places.filter(p => now.why[p.n] !== "" && now.why[p.n] !== "off").sort((a, b) => b.total - a.total).map(p => {
      const li = document.createElement("li"), name = document.createElement("b"), why = document.createElement("span");
      name.textContent = options[p.n].name;
      why.textContent = ` ${now.why[p.n]}`;
      why.className = "why";
      li.append(name, why);
      return li;
    });
    behindList.replaceChildren(...behind);
    one("#behind").hidden = behind.length === 0;
  }

  function totalText(place, now) {
    const low = tenths(place.total, now.sum);
    return place.high === place.total ? low : `${low}-${tenths(place.high, now.sum)}`;
  }

  function showComparison(now) {
    for (const cell of all(".compare [data-option]")) {
      const n = +cell.dataset.option;
      cell.hidden = !setting.on[n];
      const badge = one(".badge", cell);
      if (!badge || cell.dataset.factor === undefined) continue;
      const result = now.results[+cell.dataset.factor];
      const mark = result.winner === n ? "wins" : result.tied.includes(n) ? "ties" : "none";
      badge.className = `badge ${mark}`;
      badge.textContent = {wins: "Wins", ties: "Tie", none: ""}[mark];
    }
    for (const label of all("[data-points]")) label.textContent = `${setting.points[+label.dataset.points]} points`;
    for (const place of now.places) {
      one(`[data-total="${place.n}"]`).textContent = totalText(place, now);
      const wins = now.results.filter(r => r.winner === place.n).length;
      one(`[data-wins="${place.n}"]`).textContent = `${wins} of ${factors.length}`;
    }
    const ties = now.results.filter(r => r.winner < 0).length;
    one("#ties").textContent = `${ties} ${ties === 1 ? "tie" : "ties"}`;
    for (const item of all(".choose [data-option]")) item.hidden = !setting.on[+item.dataset.option];
  }

  function showCharts(now) {
    const isRanked = new Set(now.ranked.map(p => p.n));
    for (const item of all(".legend.lines [data-option]")) item.hidden = !isRanked.has(+item.dataset.option);
    for (const chart of all("[data-chart]")) {
      const k = +chart.dataset.chart, rest = now.sum - now.points[k];
      for (const line of all("[data-option]", chart)) {
        const scores = options[+line.dataset.option].scores;
        const others = rest > 0
            ? now.points.reduce((t, p, i) => t + (i === k ? 0 : p * scores[i]), 0) / rest
            : scores.reduce((t, s, i) => t + (i === k ? 0 : s), 0) / Math.max(1, scores.length - 1);
        line.setAttribute("y1", 140 - others * 1.3);
        line.setAttribute("y2", 140 - scores[k] * 1.3);
        line.setAttribute("visibility", isRanked.has(+line.dataset.option) ? "visible" : "hidden");
      }
      for (const end of ["x1", "x2"]) one(".now", chart).setAttribute(end, 34 + 278 * now.points[k] / now.sum);
      one(".flip", chart).textContent = flipText(now, k);
    }
  }

  function sentence(now) {
    const first = now.ranked.filter(p => p.rank === 1).map(p => options[p.n].name);
    if (first.length === 0) return "Nobody can be ranked with this choice.";
    const total = tenths(now.ranked[0].total, now.sum);
    return first.length > 1 ? `A tie with these priorities: ${first.join(" and ")}, ${total} of 100`
                            : `With these priorities: ${first[0]}, ${total} of 100`;
  }

  // --- the setting: sliders, link, command line --------------------------------------------------------------------------

  const isAsReported = () => setting.on.every(Boolean) && setting.points.every((p, k) => p === factors[k].points);

  function commandLine() {
    const words = ["rigfit", ...data.arguments];
    factors.forEach((f, k) => { if (setting.points[k] !== f.usual) words.push(`--priority ${f.id}=${setting.points[k]}`); });
    if (!setting.on.every(Boolean) || data.names_candidates)
      words.push(`--candidates ${options.filter((_, n) => setting.on[n]).map(o => o.id).join(",")}`);
    return words.join(" ");
  }

  function hash() {
    if (isAsReported()) return "";
    const words = factors.map((f, k) => `${f.id}=${setting.points[k]}`);
    const off = options.filter((_, n) => !setting.on[n]).map(o => o.id);
    if (off.length) words.push(`without=${off.join(",")}`);
    return `#${words.join("&")}`;
  }

  function takeHash() {
    if (!location.hash.includes("=")) return false;
    const words = new URLSearchParams(location.hash.slice(1));
    factors.forEach((f, k) => {
      const text = words.get(f.id);
      if (text !== null && /^\d{1,7}$/.test(text) && +text <= 1000000) setting.points[k] = +text;
    });
    const off = (words.get("without") || "").split(",");
    const on = options.map(o => !off.includes(o.id));
    if (mayBe(on)) setting.on = on;
    return true;
  }

  // Of each role one has to stay: what an accelerator counts for is judged among all frameworks of a role.
  const mayBe = on => options.every(o => options.some((other, n) => on[n] && other.role === o.role));

  let pending = 0;
  function show(isTyping) {
    const now = rank(setting.points, setting.on);
    for (const slider of all("#controls [data-factor]")) {
      const k = +slider.dataset.factor;
      if (setting.points[k] > +slider.max) slider.max = setting.points[k];
      slider.value = setting.points[k];
      const share = Math.round(100 * now.points[k] / now.sum);
      slider.setAttribute("aria-valuetext", `${setting.points[k]} points, ${share} percent of the weight`);
      one(`#o-${factors[k].id}`).textContent = `${setting.points[k]}`;
    }
    for (const toggle of all("#controls [data-option]")) {
      const n = +toggle.dataset.option;
      toggle.checked = setting.on[n];
      toggle.disabled = setting.on[n] && !mayBe(setting.on.map((on, i) => on && i !== n));
    }
    showRanks(now, isAsReported());
    showComparison(now);
    showCharts(now);
    one("#command").textContent = commandLine();
    clearTimeout(pending);  // a reader is told once, after the slider has come to rest
    pending = setTimeout(() => { live.textContent = sentence(now); }, isTyping ? 250 : 0);
    if (!isTyping) live.textContent = sentence(now);
  }

  function keep() {
    try {
      history.replaceState(null, "", hash() || location.pathname + location.search);
    } catch {
      // a page that may not change its own address keeps its setting all the same
    }
  }

  function copy(text, button) {
    const label = button.textContent, done = () => {
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = label; }, 1600);
    };
    const byHand = () => {
      const area = document.createElement("textarea");
      area.value = text;
      area.className = "skip";
      document.body.append(area);
      area.select();
      if (document.execCommand("copy")) done();
      area.remove();
      button.focus();
    };
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(done, byHand);
    else byHand();
  }

  for (const block of all("pre.copyable")) {
    const button = document.createElement("button"), code = one("code", block);
    button.type = "button";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy the command");
    button.addEventListener("click", () => copy(code.textContent.trim(), button));
    block.append(button);
  }
  if (!controls) return;
  controls.addEventListener("input", event => {
    const {factor, option} = event.target.dataset;
    if (factor !== undefined) setting.points[+factor] = +event.target.value;
    if (option !== undefined) setting.on[+option] = event.target.checked;
    show(true);
    keep();
  });
  controls.addEventListener("submit", event => event.preventDefault());
  one("#reset").addEventListener("click", () => {
    setting.points = factors.map(f => f.points);
    setting.on = options.map(() => true);
    show(false);
    keep();
  });
  one("#share").addEventListener("click", event => copy(location.href.split("#")[0] + hash(), event.currentTarget));
  addEventListener("hashchange", () => { if (takeHash()) show(false); });
  addEventListener("beforeprint", () => all("details").forEach(d => { d.open = true; }));

  controls.hidden = live.hidden = false;
  takeHash();
  show(false);
})();
