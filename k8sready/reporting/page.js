"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const root = document.documentElement, byId = (id) => document.getElementById(id);
  const make = (tag, text, name) => { const e = document.createElement(tag); if (text !== undefined) e.textContent = text; if (name) e.className = name; return e; };
  const dark = () => root.dataset.scheme ? root.dataset.scheme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;

  byId("scheme").addEventListener("click", () => { root.dataset.scheme = dark() ? "light" : "dark"; redraw(); });
  const executive = (on) => {
    document.body.classList.toggle("executive", on);
    byId("view").setAttribute("aria-pressed", String(on));
  };
  byId("view").addEventListener("click", () => executive(!document.body.classList.contains("executive")));
  // Whoever asks for the findings sees them.
  document.querySelectorAll("a[href='#findings']").forEach((link) => link.addEventListener("click", () => executive(false)));
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button.copy");
    if (!button) return;
    const yaml = button.closest(".remedy").querySelector(".yaml");
    try { await navigator.clipboard.writeText(yaml.textContent); }
    catch { getSelection().selectAllChildren(yaml); if (!document.execCommand("copy")) return; } // it stays selected
    button.textContent = data.words.copied;
    setTimeout(() => { button.textContent = data.words.copy; }, 3000);
  });

  // The table of all findings: rows are made as they come into reach, so that thousands stay quick.
  const table = byId("table"), body = table.tBodies[0], box = table.parentElement, STEP = 100, PRINTED = 300;
  const NAMES = ["critical", "high", "medium", "low", "info"];
  let shown = data.findings, made = 0, order = [0, 1], check = "";
  const options = (id, values) => values.forEach(([value, text]) => { const o = make("option", text); o.value = value; byId(id).append(o); });
  const distinct = (column) => [...new Set(data.findings.map((row) => row[column]))].filter(Boolean).sort().map((v) => [v, v]);
  options("by-severity", data.severities.map((word, rank) => [String(rank), data.glyphs[rank] + " " + word]));
  options("by-namespace", distinct(3));
  options("by-section", distinct(1));
  const texts = data.findings.map((row) => (row[2] + " " + row[4] + " " + row[7]).toLowerCase());

  function remedyOf(row) {
    const remedy = data.remedies[row[5]], details = make("details"), div = make("div", undefined, "remedy"), head = make("div", undefined, "remedy-head");
    details.append(make("summary", data.words.remedy));
    const button = make("button", data.words.copy, "copy"); button.type = "button";
    head.append(make("span", row[6] ? "✓ " + data.words.proven : data.words.not_proven, row[6] ? "proof yes" : "proof no"), button);
    const commandLine = make("pre", remedy.command, "command"), yaml = make("pre", remedy.yaml, "yaml");
    commandLine.tabIndex = 0; yaml.tabIndex = 0;
    div.append(head, commandLine, yaml); details.append(div);
    return details;
  }
  function more() {
    const part = document.createDocumentFragment();
    for (const row of shown.slice(made, made + STEP)) {
      const line = make("tr"), badge = make("span", data.glyphs[row[0]] + " " + data.severities[row[0]], "badge " + NAMES[row[0]]);
      const first = make("td"); first.append(badge);
      const told = make("td", row[4]);
      if (row[5] !== null) told.append(remedyOf(row));
      line.append(first, make("td", row[1]), make("td", row[2]), told);
      part.append(line);
    }
    made = Math.min(shown.length, made + STEP);
    body.append(part);
  }
  function filter() {
    const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const [rank, space, section] = ["by-severity", "by-namespace", "by-section"].map((id) => byId(id).value);
    const [column, sign] = order;
    shown = data.findings.filter((row, i) => (!rank || row[0] === Number(rank)) && (!space || row[3] === space) && (!section || row[1] === section)
      && (!check || row[7] === check) && words.every((word) => texts[i].includes(word)));
    shown = shown.map((row, i) => [row, i]).sort(([a, i], [b, j]) => (a[column] < b[column] ? -sign : a[column] > b[column] ? sign : i - j)).map(([row]) => row);
    body.replaceChildren(); made = 0; box.scrollTop = 0; more();
    byId("count").textContent = `${shown.length} ${check ? "(" + check + ") " : ""}/ ${data.findings.length} ${data.words.rows}`;
  }
  box.addEventListener("scroll", () => { if (made < shown.length && box.scrollTop + box.clientHeight > box.scrollHeight - 600) more(); });
  ["search", "by-severity", "by-namespace", "by-section"].forEach((id) => byId(id).addEventListener("input", () => { check = ""; filter(); }));
  document.querySelectorAll("a.jump").forEach((link) => link.addEventListener("click", () => {
    check = link.dataset.check || "";
    byId("search").value = byId("by-severity").value = byId("by-section").value = "";
    byId("by-namespace").value = link.dataset.namespace || "";
    if (byId("by-namespace").selectedIndex < 0) byId("by-namespace").value = "";
    filter();
  }));
  table.querySelectorAll("button[data-sort]").forEach((button) => button.addEventListener("click", () => {
    const column = Number(button.dataset.sort);
    order = [column, order[0] === column ? -order[1] : 1];
    table.querySelectorAll("th").forEach((th) => th.setAttribute("aria-sort", "none"));
    button.parentElement.setAttribute("aria-sort", order[1] > 0 ? "ascending" : "descending");
    filter();
  }));
  filter();
  // The table of namespaces, where it is long.
  const spaces = byId("search-namespaces");
  if (spaces) {
    const rows = [...document.querySelectorAll(".matrix tbody tr")];
    const look = () => {
      rows.forEach((row) => { row.hidden = !row.cells[0].textContent.toLowerCase().includes(spaces.value.toLowerCase().trim()); });
      byId("count-namespaces").textContent = `${rows.filter((row) => !row.hidden).length} / ${rows.length} ${data.words.rows}`;
    };
    spaces.addEventListener("input", look);
    look();
  }
  // Printed pages hold the first rows, and say so; evidence and remedies stand open; charts shrink to the paper.
  let folded = [];
  const pictures = () => [...document.querySelectorAll(".chart .main-svg")];
  addEventListener("beforeprint", () => {
    pictures().forEach((svg) => {
      const [wide, high] = ["width", "height"].map((side) => svg.getAttribute(side));
      svg.setAttribute("viewBox", `0 0 ${wide} ${high}`);
      svg.closest(".chart").style.setProperty("--wide", wide);
      svg.closest(".chart").style.setProperty("--high", high);
    });
    while (made < Math.min(shown.length, PRINTED)) more();
    byId("printed").hidden = shown.length <= made;
    byId("printed").textContent = `${made} / ${shown.length} ${data.words.rows}. ${data.words.printed}`;
    folded = [...document.querySelectorAll("details:not([open])")].filter((item) => !item.closest("#table"));
    folded.forEach((item) => { item.open = true; });
  });
  addEventListener("afterprint", () => {
    byId("printed").hidden = true;
    folded.forEach((item) => { item.open = false; });
    pictures().forEach((svg) => svg.removeAttribute("viewBox"));
  });

  // Charts: plotly is unpacked once, when the first chart comes near.
  let loading;
  const library = () => loading ??= (async () => {
    const text = atob(byId("library").textContent), packed = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) packed[i] = text.charCodeAt(i);
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    const url = URL.createObjectURL(new Blob([await new Response(stream).blob()], { type: "text/javascript" }));
    await new Promise((done, failed) => { const s = document.createElement("script"); s.src = url; s.onload = done; s.onerror = failed; document.head.append(s); });
  })();
  const drawnCharts = new Map(); // element → promise: each is drawn once, whoever asks first
  const draw = (element) => { if (!drawnCharts.has(element)) drawnCharts.set(element, paint(element)); return drawnCharts.get(element); };
  async function paint(element) {
    await library();
    const chart = data.charts[element.dataset.chart], style = getComputedStyle(root), colour = style.getPropertyValue("--text");
    const layout = { ...chart.layout, font: { ...chart.layout.font, color: colour } };
    element.style.height = layout.height + 2 + "px";
    await Plotly.react(element, chart.data, layout, data.config);
    element.dataset.drawn = "yes";
  }
  function redraw() { drawnCharts.forEach((_, element) => paint(element)); }
  const near = new IntersectionObserver((entries) => entries.forEach((entry) => { if (entry.isIntersecting) { near.unobserve(entry.target); draw(entry.target); } }), { rootMargin: "400px" });
  const charts = [...document.querySelectorAll(".chart")];
  charts.forEach((element) => near.observe(element));
  // The others when there is time, one at a time so that the page stays quick, and a print has them all.
  const soon = (call) => setTimeout(() => (window.requestIdleCallback ?? setTimeout)(call), 300);
  const rest = () => { const next = charts.find((element) => !drawnCharts.has(element)); if (next) draw(next).finally(() => soon(rest)); };
  soon(rest);
})();
