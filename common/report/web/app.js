'use strict';
// The part of the page that runs: filters, charts and the table of rows, drawn from the data that the page carries. The words and
// figures of the report itself are in the page already.
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const charts = [], redraws = [];
  const lib = globalThis.echarts;
  const segments = data.segments, columns = data.columns || [], points = data.points;
  const noun = data.noun, one = noun.replace(/s$/, '');

  // --- small things ---

  const byId = id => document.getElementById(id);

  // An element: attributes, then children; a text is only ever a text.
  function el(name, attributes = {}, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === 'text') node.textContent = value;
      else if (key === 'on') for (const [event, run] of Object.entries(value)) node.addEventListener(event, run);
      else if (value !== null && value !== undefined) node.setAttribute(key, value);
    }
    node.append(...children.filter(child => child !== null));
    return node;
  }

  function theme() {
    const style = getComputedStyle(document.documentElement), get = name => style.getPropertyValue(name).trim();
    return {ink: get('--ink'), mute: get('--mute'), rule: get('--rule'), grid: get('--grid'), card: get('--card'), soft: get('--soft'), accent: get('--accent'),
            font: getComputedStyle(document.body).fontFamily, dark: document.documentElement.dataset.theme === 'dark'};
  }

  // --- figures ---

  const NONE = '–';
  const fixed = (value, decimals) => value.toLocaleString('en-US', {minimumFractionDigits: decimals, maximumFractionDigits: decimals}).replace(/^-(?=[0.,]*$)/, '');
  const number = (value, decimals = 0) => value === null || value === undefined || !isFinite(value) ? NONE : fixed(value, decimals);

  function percent(share) {
    if (share === null || share === undefined || !isFinite(share)) return NONE;
    if (share > 0 && share < 0.005) return '<1 %';
    if (share < 1 && share >= 0.995) return '>99 %';
    return `${fixed(100 * share, 0)} %`;
  }

  function figure(column, value) {
    if (value === null || value === undefined || !isFinite(value)) return NONE;
    if (column.unit === 'share') return percent(value);
    if (column.unit === 'money') return `${value < 0 ? '-' : ''}${data.currency || ''}${fixed(Math.abs(value), column.decimals)}`;
    return number(value, column.decimals);
  }

  // Of one row: orders are whole.
  const single = (column, value) => figure({...column, decimals: column.single_decimals ?? column.decimals}, value);

  // For an axis: 1.2M, 45k.
  function short(column, value) {
    if (column.unit === 'share') return `${fixed(100 * value, 0)} %`;
    const sign = column.unit === 'money' && data.currency ? data.currency : '';
    const size = Math.abs(value), text = size >= 1e6 ? `${+(value / 1e6).toPrecision(3)}M` : size >= 1e4 ? `${+(value / 1e3).toPrecision(3)}k` : `${+value.toPrecision(3)}`;
    return sign + text;
  }

  const nameOf = s => segments[s].noise ? 'no pattern' : segments[s].name || (isNaN(segments[s].label) ? segments[s].label : `segment ${segments[s].label}`);
  const briefly = s => { const name = [...nameOf(s)]; return name.length > 36 ? name.slice(0, 34).join('') + '…' : name.join(''); };
  const colourOf = s => segments[s].color;
  const columnAt = name => columns.findIndex(column => column.name === name);
  const cellOf = (s, j) => segments[s].columns && segments[s].columns[j];
  const shown = s => !segments[s].small;

  // --- what is selected ---

  const state = {on: new Set(segments.keys()), area: null, find: '', sort: null, down: true, page: 0, column: 0};
  const all = points ? [...points.segment.keys()] : [];
  let selected = all;

  function inside(x, y, polygon) {
    let odd = false;
    for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
      const [ax, ay] = polygon[i], [bx, by] = polygon[j];
      if ((ay > y) !== (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax) odd = !odd;
    }
    return odd;
  }

  const filtered = () => state.area !== null || state.on.size < segments.length;

  function select() {
    selected = all.filter(i => state.on.has(points.segment[i]) && (!state.area || inside(points.x[i], points.y[i], state.area)));
    state.page = 0;
  }

  function update() {
    if (points) select();
    for (const redraw of redraws) redraw();
  }

  // --- charts ---

  function chart(node, height) {
    node.classList.add('chart');
    node.style.height = `${height}px`;
    node.setAttribute('role', 'img');
    const made = lib.init(node, null, {renderer: 'canvas'});
    charts.push(made);
    return made;
  }

  const base = () => ({animation: false, textStyle: {fontFamily: theme().font, color: theme().ink}});

  function axis(more) {
    const t = theme();
    return {axisLine: {lineStyle: {color: t.rule}}, axisTick: {show: false}, splitLine: {lineStyle: {color: t.grid}}, nameLocation: 'middle',
            nameTextStyle: {color: t.mute, fontSize: 12}, ...more, axisLabel: {color: t.mute, fontSize: 11.5, hideOverlap: true, ...more.axisLabel}};
  }

  function tip(title, rows) {
    return el('div', {class: 'tip'}, el('strong', {text: title}),
              el('table', {}, ...rows.map(([key, value]) => el('tr', {}, el('td', {text: key}), el('td', {text: value})))));
  }

  const tooltip = formatter => ({confine: true, backgroundColor: theme().card, borderColor: theme().rule, borderWidth: 1, padding: [8, 11],
                                 textStyle: {color: theme().ink}, formatter});

  // A card with a heading in the grid; draw() is called again whenever something changes.
  // Where it is narrower than `least` pixels, it is scrolled.
  function card(grid, width, title, subtitle, height, make, tools = [], least = 0) {
    const place = el('div'), note = el('p', {text: subtitle});
    place.style.minWidth = `${least}px`;
    grid.append(el('div', {class: `card ${width}`},
                   el('div', {class: 'head'}, el('div', {}, el('h3', {text: title}), note), el('div', {class: 'tools'}, ...tools)),
                   least ? el('div', {class: 'wide', tabindex: '0', role: 'region', 'aria-label': title}, place) : place));
    const drawn = chart(place, height), draw = make(drawn, place, note);
    redraws.push(draw);
    return {drawn, place, note};
  }

  const describe = (place, text) => place.setAttribute('aria-label', text);

  // Label beside a mark, readable on anything.
  const halo = t => ({color: t.ink, fontSize: 12, fontWeight: 600, textBorderColor: t.card, textBorderWidth: 3});

  // labelLayout of marks: a label stands right, left, below or above of its own where it is whole and meets no other label,
  // nor a mark if that can be; the later one stays away where it can't.
  function beside(drawn, series, items, radius) {
    const meet = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
    let taken = [], marks = [], last = Infinity;
    return ({dataIndex, labelRect: {width, height}}) => {
      if (dataIndex <= last) { // they come in order: a new layout begins
        taken = [];
        marks = items.map((item, i) => { const [x, y] = drawn.convertToPixel({seriesIndex: series}, item.value), r = radius(i); return {x: x - r, y: y - r, width: 2 * r, height: 2 * r}; });
      }
      last = dataIndex;
      const own = marks[dataIndex], gap = 5, middle = own.y + (own.height - height) / 2, centre = own.x + (own.width - width) / 2;
      const places = [[own.x + own.width + gap, middle], [own.x - gap - width, middle], [centre, own.y + own.height + 1], [centre, own.y - height - 1],
                      [own.x + own.width + gap, middle + height], [own.x + own.width + gap, middle - height]].map(([x, y]) => ({x, y, width, height}))
        .filter(box => box.x >= 2 && box.y >= 0 && box.x + width <= drawn.getWidth() - 2 && box.y + height <= drawn.getHeight() && !taken.some(other => meet(box, other)));
      const box = places.find(box => !marks.some((mark, i) => i !== dataIndex && meet(box, mark))) || places[0];
      if (!box) return {x: -1e4, y: -1e4};
      taken.push(box);
      return {x: box.x, y: box.y, align: 'left', verticalAlign: 'top'};
    };
  }

  // --- recency and spend ---

  function bubbles(grid) {
    const r = columnAt('days_since_last_purchase'), m = columnAt('total_spent');
    if (!data.customers || r < 0 || m < 0 || ![...segments.keys()].some(shown)) return;
    const most = Math.max(...segments.map(segment => segment.rows));
    card(grid, 'c5', 'Who bought lately, and who spends', 'Each bubble a segment at its median customer; its area: how many customers', 440, (drawn, place) => () => {
      const t = theme();
      const items = [...segments.keys()].filter(s => shown(s) && cellOf(s, m).median > 0).map(s => ({
        value: [cellOf(s, r).median, cellOf(s, m).median, segments[s].rows], segment: s,
        symbolSize: Math.max(9, 64 * Math.sqrt(segments[s].rows / most)),
        itemStyle: {color: colourOf(s), opacity: state.on.has(s) ? 0.82 : 0.12, borderColor: t.card, borderWidth: 1.5},
        label: {...halo(t), opacity: state.on.has(s) ? 1 : 0.35}}));
      const spends = items.map(item => item.value[1]), far = Math.ceil(Math.max(10, ...items.map(item => item.value[0])) * 1.32 / 10) * 10;
      drawn.setOption({...base(), grid: {left: 66, right: 24, top: 20, bottom: 50},
        xAxis: axis({type: 'value', name: 'days since last purchase', nameGap: 30, min: -far / 12, max: far, axisLabel: {showMinLabel: false, showMaxLabel: false}}),
        yAxis: axis({type: 'log', name: 'median spend', nameGap: 48, min: Math.min(...spends) / 2.2, max: Math.max(...spends) * 2.2, axisLabel: {showMinLabel: false, showMaxLabel: false, formatter: v => short(columns[m], v)}}),
        tooltip: tooltip(p => { const s = p.data.segment; return tip(nameOf(s), [['Customers', number(segments[s].rows)], ['Share', percent(segments[s].share)],
          ['Share of revenue', percent(segments[s].revenue_share)], ['Median spend', figure(columns[m], cellOf(s, m).median)], ['Days since last', number(cellOf(s, r).median)]]); }),
        series: [{type: 'scatter', data: items, label: {show: true, position: 'right', width: 150, overflow: 'truncate', formatter: p => nameOf(p.data.segment)}, labelLayout: beside(drawn, 0, items, i => items[i].symbolSize / 2),
                  emphasis: {disabled: true}}]}, true);
      drawn.off('click');
      drawn.on('click', p => toggle(p.data.segment));
      describe(place, 'Median days since the last purchase and median spend of each segment. ' + items.map(item => `${nameOf(item.segment)}: ${number(item.value[0])} days, ${figure(columns[m], item.value[1])}, ${number(item.value[2])} customers`).join('; '));
    });
  }

  // --- the plane ---

  const symbolOf = s => segments[s].noise ? 'path://M1,0L5,4L9,0L10,1L6,5L10,9L9,10L5,6L1,10L0,9L4,5L0,1Z' : segments[s].symbol || 'circle';

  function plane(grid) {
    if (!points) return;
    const explained = data.plane.explained.map(share => fixed(100 * share, 0));
    let mode = null;
    const press = which => {
      mode = mode === which ? null : which;
      lasso.setAttribute('aria-pressed', mode === 'polygon');
      box.setAttribute('aria-pressed', mode === 'rect');
      parts.drawn.dispatchAction({type: 'takeGlobalCursor', key: 'brush', brushOption: {brushType: mode || false, brushMode: 'single'}});
    };
    const lasso = el('button', {class: 'btn', type: 'button', 'aria-pressed': 'false', text: 'Lasso', on: {click: () => press('polygon')}});
    const box = el('button', {class: 'btn', type: 'button', 'aria-pressed': 'false', text: 'Box', on: {click: () => press('rect')}});
    const parts = card(grid, data.customers ? 'c7' : 'c12', `Where the ${noun} lie`,
      `Two principal components keep ${explained[0]} % and ${explained[1]} % of the variance` + (points.sampled ? `; ${number(all.length)} of ${number(points.of)} ${noun} are drawn, of each segment in proportion` : ''),
      430, (drawn, place) => () => drawPlane(drawn, place), [lasso, box]);
    parts.drawn.on('brushEnd', event => {
      const area = event.areas[0];
      state.area = !area ? null : area.brushType === 'rect' ? rectangle(...area.coordRange[0], ...area.coordRange[1]) : area.coordRange;
      if (area) parts.drawn.dispatchAction({type: 'brush', areas: []});
      press(null);
      update();
    });
    byKeyboard(parts.place.parentNode);
  }

  const rectangle = (x0, x1, y0, y1) => [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];

  function drawPlane(drawn, place) {
    const t = theme(), chosen = new Set(selected);
    const series = [...segments.keys()].filter(shown).map(s => ({
      name: nameOf(s), type: 'scatter', symbol: symbolOf(s), symbolSize: segments[s].noise ? 6 : all.length > 3000 ? 3.6 : 5.5, large: false, progressive: 0, silent: false,
      data: all.filter(i => points.segment[i] === s).map(i => ({value: [points.x[i], points.y[i], i], itemStyle: {color: colourOf(s), opacity: chosen.has(i) ? 0.68 : 0.05}})),
      emphasis: {disabled: true}}));
    const middles = [...segments.keys()].filter(s => shown(s) && !segments[s].noise).map(s => {
      const own = all.filter(i => points.segment[i] === s), middle = key => own.reduce((sum, i) => sum + points[key][i], 0) / own.length;
      return {value: [middle('x'), middle('y')], segment: s, itemStyle: {color: colourOf(s), borderColor: t.card, borderWidth: 2}, label: halo(t)};
    });
    series.push({type: 'scatter', data: middles, symbolSize: 13, z: 5, silent: true, label: {show: true, position: 'right', width: innerWidth < 640 ? 90 : 200, overflow: 'truncate', formatter: p => nameOf(p.data.segment)}, labelLayout: beside(drawn, series.length, middles, () => 6.5)});
    if (state.area) series.push({type: 'custom', silent: true, z: 6, data: [0], renderItem: (_, api) => ({type: 'polygon', shape: {points: state.area.map(at => api.coord(at))},
      style: {fill: 'none', stroke: t.accent, lineWidth: 1.5, lineDash: [5, 4]}})});
    drawn.setOption({...base(), grid: {left: 52, right: 20, top: 14, bottom: 48},
      brush: {toolbox: [], xAxisIndex: 0, yAxisIndex: 0, throttleType: 'debounce', throttleDelay: 100, transformable: false, brushStyle: {color: 'rgba(11,92,173,.10)', borderColor: t.accent},
              inBrush: {opacity: 1}, outOfBrush: {opacity: 1}},
      tooltip: tooltip(p => { const i = p.data.value[2]; return i === undefined ? '' : tip(nameOf(points.segment[i]), columns.map((column, j) => [column.title, single(column, points.values[j][i])])); }),
      xAxis: axis({type: 'value', name: data.plane.axes[0] + ' →', nameGap: 28, scale: true}), yAxis: axis({type: 'value', name: data.plane.axes[1] + ' →', nameGap: 34, scale: true}), series}, {replaceMerge: ['series']});
    describe(place, `Scatter of ${number(all.length)} ${noun} on two principal components. ` + segments.map((segment, s) => `${nameOf(s)}: ${number(segment.rows)}`).join('; '));
  }

  // The lasso without a mouse: bounds of the two components.
  function byKeyboard(parent) {
    const inputs = {}, field = (key, label) => {
      inputs[key] = el('input', {type: 'number', step: 'any', id: `range-${key}`});
      return [el('label', {for: `range-${key}`, text: label}), inputs[key]];
    };
    const value = (key, otherwise) => inputs[key].value === '' ? otherwise : +inputs[key].value;
    parent.append(el('details', {}, el('summary', {text: 'Select by numbers'}),
      el('div', {class: 'tools'}, ...field('x0', 'Across, from'), ...field('x1', 'to'), ...field('y0', 'up, from'), ...field('y1', 'to'),
        el('button', {class: 'btn', type: 'button', id: 'range-apply', text: 'Select', on: {click: () => {
          state.area = rectangle(value('x0', -1e9), value('x1', 1e9), value('y0', -1e9), value('y1', 1e9));
          update();
        }}}))));
  }

  // Names along an axis: side by side in `room` pixels, or leaning where they are many and long.
  const leans = names => names.length > 6 && names.some(name => name.length > 8);
  const along = (names, room, lean, slope) => ({interval: 0, color: theme().ink, hideOverlap: false, ...(lean ? {rotate: slope, width: 130, overflow: 'truncate'} :
    {width: room, overflow: names.length > 6 ? 'truncate' : 'break', lineHeight: 14})});

  // --- what sets segments apart ---

  function heat(grid) {
    if (!columns.length) return;
    const rows = [...segments.keys()].filter(s => shown(s) && segments[s].columns);
    if (!rows.length) return;
    const lean = leans(rows.map(briefly)), height = Math.max(250, 90 + 30 * columns.length) + (lean ? 50 : 0);
    card(grid, data.customers ? 'c7' : 'c12', 'What sets each segment apart', `Number: average. Colour: distance from the average ${one}, in standard deviations`, height, (drawn, place) => () => {
      const t = theme(), part = points && filtered() && selected.length > 0;
      const heads = [...rows.map(briefly), ...(part ? ['Selection'] : [])];
      const cells = [];
      columns.forEach((column, j) => {
        rows.forEach((s, at) => cells.push(cellOfHeat(at, j, cellOf(s, j).mean, cellOf(s, j).effect, column)));
        if (part) {
          const values = selected.map(i => points.values[j][i]).filter(v => v !== null), mean = values.reduce((sum, v) => sum + v, 0) / values.length, whole = data.all.columns[j];
          cells.push(cellOfHeat(rows.length, j, mean, whole.deviation > 0 ? (mean - whole.mean) / whole.deviation : 0, column));
        }
      });
      drawn.setOption({...base(), grid: {left: 148, right: lean ? 76 : 8, top: lean ? 102 : 52, bottom: 40},
        xAxis: axis({type: 'category', data: heads, position: 'top', splitLine: {show: false}, axisLine: {show: false},
                     axisLabel: along(heads, Math.max(44, (place.clientWidth - 165) / heads.length - 8), lean, -38)}),
        yAxis: axis({type: 'category', data: columns.map(column => column.title), inverse: true, axisLine: {show: false}, splitLine: {show: false},
                     axisLabel: {interval: 0, color: t.ink, width: 138, overflow: 'truncate', hideOverlap: false}}),
        visualMap: {min: -2, max: 2, dimension: 2, calculable: false, orient: 'horizontal', left: 'center', bottom: 0, itemWidth: 12, itemHeight: 130, text: ['+2', '−2'], textStyle: {color: t.mute},
                    inRange: {color: t.dark ? ['#5aa6e0', '#33597a', '#2a333d', '#7d4d2b', '#e8853f'] : ['#08519c', '#8fbfe3', '#f4f5f6', '#f4b98a', '#b84a00']}},
        tooltip: tooltip(p => tip(heads[p.value[0]], [[columns[p.value[1]].title, p.data.text], ['from the average', `${p.value[2] > 0 ? '+' : ''}${fixed(p.data.effect, 1)} standard deviations`]])),
        series: [{type: 'heatmap', data: cells, itemStyle: {borderColor: t.card, borderWidth: 2}, emphasis: {disabled: true},
                  label: {show: true, fontSize: heads.length > 8 ? 9.5 : 11.5, formatter: p => p.data.text}}]}, true);
      describe(place, 'Averages. ' + rows.map(s => `${nameOf(s)}: ` + columns.map((column, j) => `${column.title} ${figure(column, cellOf(s, j).mean)}`).join(', ')).join('. '));
    }, [], (lean ? 230 : 160) + 62 * rows.length);
  }

  function cellOfHeat(x, y, mean, effect, column) {
    const t = theme(), strong = Math.abs(effect) > 1.45;
    return {value: [x, y, Math.max(-2, Math.min(2, effect))], effect, text: figure(column, mean), label: {color: t.dark || strong ? '#fff' : t.ink}};
  }

  // --- distributions ---

  function distributions(grid) {
    const known = (data.distributions || []).filter(one => one.edges[0] < one.edges[one.edges.length - 1]);
    if (!known.length) return;
    const picker = el('select', {id: 'column', on: {change: event => { state.column = +event.target.value; draw(); }}},
      ...known.map((one, i) => el('option', {value: i, text: columns[columnAt(one.name)].title})));
    const rows = [...segments.keys()].filter(shown);
    let draw = () => {};
    card(grid, data.customers ? 'c5' : 'c12', 'How they spread', 'Width: how many have that value. White dot: median; bar: the middle half', 430, (drawn, place) => (draw = () => {
      const t = theme(), one = known[state.column], j = columnAt(one.name), column = columns[j], on = rows.filter(s => state.on.has(s)), names = on.map(briefly), lean = leans(names);
      const shape = on.map(s => ({value: [0, one.edges[0]], segment: s}));
      drawn.setOption({...base(), grid: {left: 66, right: 14, top: 16, bottom: lean ? 100 : 46},
        xAxis: axis({type: 'category', data: names, splitLine: {show: false}, axisLabel: {...along(names, Math.max(36, (place.clientWidth - 80) / Math.max(1, on.length) - 3), lean, 38), fontSize: 10.5}}),
        yAxis: axis({type: one.log ? 'log' : 'value', min: one.edges[0], max: one.edges[one.edges.length - 1], axisLabel: {showMinLabel: false, showMaxLabel: false, formatter: v => short(column, v)}}),
        tooltip: tooltip(p => { const s = on[p.dataIndex], cell = cellOf(s, j); return tip(nameOf(s), [['95 % quantile', figure(column, cell.quantiles[4])], ['three quarters', figure(column, cell.quantiles[3])],
          ['median', single(column, cell.median)], ['a quarter', figure(column, cell.quantiles[1])], ['5 % quantile', figure(column, cell.quantiles[0])]]); }),
        series: [{type: 'custom', data: shape.map((item, at) => [at, cellOf(item.segment, j).median]), renderItem: (params, api) => violin(api, on[params.dataIndex], params.dataIndex, one, j, t)}]}, true);
      describe(place, `${column.title} by segment. ` + on.map(s => `${nameOf(s)}: median ${single(column, cellOf(s, j).median)}`).join('; '));
    }), [el('label', {class: 'hide', for: 'column', text: 'Column'}), picker], 80 + 62 * rows.length);
  }

  function violin(api, s, at, one, j, t) {
    const counts = one.counts[s], edges = one.edges, most = Math.max(...counts, 1), room = Math.min(90, api.size([1, 0])[0] * 0.84) / 2;
    const smooth = counts.map((c, b) => ((counts[b - 1] ?? c) + 2 * c + (counts[b + 1] ?? c)) / 4 / most);
    const middle = b => one.log ? Math.sqrt(edges[b] * edges[b + 1]) : (edges[b] + edges[b + 1]) / 2, place = v => api.coord([at, v]);
    const used = smooth.map((w, b) => [w, b]).filter(([w]) => w > 0.002);
    const right = used.map(([w, b]) => { const [x, y] = place(middle(b)); return [x + room * w, y]; });
    const left = used.map(([w, b]) => { const [x, y] = place(middle(b)); return [x - room * w, y]; }).reverse();
    const cell = cellOf(s, j), clip = v => Math.max(edges[0], Math.min(edges[edges.length - 1], v));
    const [x, y0] = place(clip(cell.quantiles[1])), [, y1] = place(clip(cell.quantiles[3])), [, ym] = place(clip(cell.median));
    return {type: 'group', children: [
      {type: 'polygon', shape: {points: right.concat(left), smooth: 0.2}, style: {fill: colourOf(s), opacity: 0.32, stroke: colourOf(s), lineWidth: 1.2}},
      {type: 'rect', shape: {x: x - 3.5, y: y1, width: 7, height: Math.max(1, y0 - y1), r: 2}, style: {fill: colourOf(s)}},
      {type: 'circle', shape: {cx: x, cy: ym, r: 4}, style: {fill: '#fff', stroke: t.dark ? '#111' : colourOf(s), lineWidth: 1.5}}]};
  }

  // --- revenue ---

  function revenue(grid) {
    const rows = [...segments.keys()].filter(shown);
    if (!data.customers || !rows.length) return;
    card(grid, 'c4', 'Who brings the revenue', 'Pale: share of customers. Full: share of revenue', Math.max(340, 70 + 40 * rows.length), (drawn, place) => () => {
      const t = theme(), bar = (key, name, alpha) => ({name, type: 'bar', barWidth: 13, barGap: '15%', silent: true,
        data: rows.map(s => ({value: segments[s][key], itemStyle: {color: colourOf(s) + (state.on.has(s) ? alpha : '22'), borderRadius: 3}})),
        label: {show: true, position: 'right', color: t.ink, fontSize: 11.5, formatter: p => percent(p.value)}});
      drawn.setOption({...base(), grid: {left: 122, right: 44, top: 8, bottom: 24},
        xAxis: axis({type: 'value', axisLabel: {formatter: v => `${Math.round(100 * v)} %`}, splitNumber: 4}),
        yAxis: axis({type: 'category', inverse: true, data: rows.map(briefly), splitLine: {show: false}, axisLabel: {color: t.ink, width: 112, overflow: 'break', lineHeight: 13, interval: 0, hideOverlap: false}}),
        series: [bar('share', 'customers', '66'), bar('revenue_share', 'revenue', '')]}, true);
      describe(place, rows.map(s => `${nameOf(s)}: ${percent(segments[s].share)} of customers, ${percent(segments[s].revenue_share)} of revenue`).join('; '));
    });
  }

  // --- recency and frequency scores ---

  function rfm(grid) {
    if (!data.rfm) return;
    card(grid, 'c4', 'Recency and frequency', 'Scores, 5 is best: customers, and their average spend', 340, (drawn, place) => () => {
      const t = theme(), m = columnAt('total_spent'), cells = [];
      let most = 0;
      data.rfm.counts.forEach((row, r) => row.forEach((count, f) => { most = Math.max(most, count); cells.push({value: [f, r, count, data.rfm.spend[r][f]]}); }));
      for (const cell of cells) cell.label = {color: t.dark || cell.value[2] > 0.62 * most ? '#fff' : t.ink};
      drawn.setOption({...base(), grid: {left: 52, right: 10, top: 10, bottom: 46},
        xAxis: axis({type: 'category', data: ['1', '2', '3', '4', '5'], name: 'frequency score', nameGap: 28, splitLine: {show: false}}),
        yAxis: axis({type: 'category', data: ['1', '2', '3', '4', '5'], name: 'recency score', nameGap: 30, splitLine: {show: false}}),
        visualMap: {show: false, min: 0, max: most, dimension: 2, inRange: {color: t.dark ? ['#1f2830', '#1d4b73', '#2f78b5'] : ['#f5f8fb', '#9fc8e6', '#1f6fb0']}},
        tooltip: tooltip(p => tip(`Recency ${p.value[1] + 1}, frequency ${p.value[0] + 1}`, [['customers', number(p.value[2])], ['average spend', p.value[2] < 10 ? NONE : figure(columns[m], p.value[3])]])),
        series: [{type: 'heatmap', data: cells, itemStyle: {borderColor: t.card, borderWidth: 2}, emphasis: {disabled: true},
                  label: {show: true, fontSize: 11, lineHeight: 14, formatter: p => p.value[2] === 0 ? '' : number(p.value[2]) + (p.value[2] < 10 ? '' : `\n${short(columns[m], p.value[3])}`)}}]}, true);
      describe(place, 'Customers by recency and frequency score. ' + cells.map(cell => cell.value).filter(c => c[2]).map(c => `recency ${c[1] + 1}, frequency ${c[0] + 1}: ${number(c[2])}`).join('; '));
    });
  }

  // --- concentration ---

  function lorenz(grid) {
    const held = data.insights && data.insights.held;
    if (!held || held[1] === null) return;
    const last = held.length - 1, line = held.map((share, i) => [i / last, share]), mark = [0.01, 0.1, 0.25].map(share => ({coord: line[Math.round(share * last)], share}));
    card(grid, 'c4', 'How revenue is spread', `Dashed: if all spent the same. Gini ${fixed(data.insights.gini, 2)}`, 340, (drawn, place) => () => {
      const t = theme(), share = v => `${Math.round(100 * v)} %`;
      drawn.setOption({...base(), grid: {left: 56, right: 20, top: 14, bottom: 46},
        xAxis: axis({type: 'value', min: 0, max: 1, name: 'best customers', nameGap: 28, axisLabel: {formatter: share}}),
        yAxis: axis({type: 'value', min: 0, max: 1, name: 'their share of revenue', nameGap: 40, axisLabel: {formatter: share}}),
        tooltip: {...tooltip(p => tip(`the best ${share(p[0].value[0])}`, [['bring', percent(p[0].value[1])]])), trigger: 'axis'},
        series: [{type: 'line', data: line, showSymbol: false, lineStyle: {color: '#0072B2', width: 2.5}, areaStyle: {color: '#0072B2', opacity: 0.08},
                  markPoint: {symbol: 'circle', symbolSize: 9, silent: true, itemStyle: {color: '#D55E00', borderColor: t.card, borderWidth: 2},
                              label: {show: true, position: 'right', ...halo(t), formatter: p => `${percent(mark[p.dataIndex].share)}: ${percent(mark[p.dataIndex].coord[1])}`}, data: mark}},
                 {type: 'line', data: [[0, 0], [1, 1]], showSymbol: false, silent: true, lineStyle: {color: t.mute, width: 1, type: 'dashed'}}]}, true);
      describe(place, mark.map(m => `The best ${percent(m.share)} of customers bring ${percent(m.coord[1])} of revenue`).join('; '));
    });
  }

  // --- evidence ---

  function evidence(grid) {
    const model = data.model;
    if (!model) return;
    if (model.k_distance && model.k_distance.length) return distances(grid, model);
    if (!model.selection || model.selection.length < 2) return;
    const criteria = [['inertia', 'Inertia', 'lower is tighter'], ['silhouette', 'Silhouette', 'higher is better'], ['davies_bouldin', 'Davies–Bouldin', 'lower is better'],
                      ['calinski_harabasz', 'Calinski–Harabasz', 'higher is better'], ['least', 'Least stability', '0.75 and more is stable']];
    const rows = model.selection.map(entry => ({...entry, least: entry.stability && entry.stability.length ? Math.min(...entry.stability) : null}));
    const small = el('div', {class: 'small'});
    grid.append(el('div', {class: 'card c12'}, el('div', {class: 'head'}, el('div', {}, el('h3', {text: 'How many segments'}),
      el('p', {text: `Chosen: ${model.k}` + (model.runner_up ? `; runner-up: ${model.runner_up}` : '') + (model.reason ? `. ${model.reason}` : '')}))), small));
    for (const [key, title, words] of criteria) {
      const line = rows.filter(row => row[key] !== null && row[key] !== undefined).map(row => [row.k, row[key]]);
      if (line.length < 2) continue;
      const place = el('div');
      small.append(el('div', {}, el('div', {class: 'note', text: `${title}: ${words}`}), place));
      const drawn = chart(place, 170), chosen = line.find(([k]) => k === model.k), second = line.find(([k]) => k === model.runner_up);
      redraws.push(() => {
        const t = theme(), dot = (at, full) => ({coord: at, itemStyle: {color: full ? '#D55E00' : t.card, borderColor: full ? t.card : '#D55E00', borderWidth: 2}});
        drawn.setOption({...base(), grid: {left: 52, right: 14, top: 14, bottom: 24},
          xAxis: axis({type: 'value', min: line[0][0], max: line[line.length - 1][0], interval: 1, splitLine: {show: false}}),
          yAxis: axis({type: 'value', scale: true, splitNumber: 3, axisLine: {show: false}, axisLabel: {formatter: v => Math.abs(v) >= 1e4 ? `${+(v / 1e3).toPrecision(3)}k` : `${+v.toPrecision(3)}`}}),
          tooltip: {...tooltip(p => tip(`${p[0].value[0]} segments`, [[title, `${+p[0].value[1].toPrecision(4)}`]])), trigger: 'axis'},
          series: [{type: 'line', data: line, symbol: 'circle', symbolSize: 5, lineStyle: {color: '#0072B2', width: 2}, itemStyle: {color: '#0072B2'},
                    markPoint: {symbol: 'circle', symbolSize: 12, silent: true, label: {show: false}, data: [...(second ? [dot(second, false)] : []), ...(chosen ? [dot(chosen, true)] : [])]}}]}, true);
        describe(place, `${title} by number of segments: ${line.map(([k, v]) => `${k}: ${+v.toPrecision(4)}`).join(', ')}`);
      });
    }
  }

  function distances(grid, model) {
    const curve = model.k_distance, last = curve.length - 1, line = curve.map((v, i) => [i / last, v]);
    card(grid, 'c12', 'How eps was found', `Distance to the ${number(model.min_points)}th nearest ${one}, ascending: ${noun} in dense places on the left. ${model.reason || ''}`, 320, (drawn, place) => () => {
      const t = theme(), marks = [{yAxis: model.eps, name: `eps ${+model.eps.toPrecision(3)}`, color: '#D55E00'}];
      if (model.knee && Math.abs(model.knee / model.eps - 1) > 0.02) marks.push({yAxis: model.knee, name: `knee ${+model.knee.toPrecision(3)}`, color: t.mute});
      drawn.setOption({...base(), grid: {left: 56, right: 90, top: 14, bottom: 46},
        xAxis: axis({type: 'value', min: 0, max: 1, name: noun, nameGap: 28, axisLabel: {formatter: v => `${Math.round(100 * v)} %`}}),
        yAxis: axis({type: 'value', name: 'distance', nameGap: 40}),
        tooltip: {...tooltip(p => tip(percent(p[0].value[0]) + ` of ${noun}`, [['within', `${+p[0].value[1].toPrecision(3)}`]])), trigger: 'axis'},
        series: [{type: 'line', data: line, showSymbol: false, lineStyle: {color: '#0072B2', width: 2.5},
                  markLine: {symbol: 'none', silent: true, data: marks.map(m => ({yAxis: m.yAxis, lineStyle: {color: m.color, type: 'dashed'}, label: {formatter: m.name, color: m.color === '#D55E00' ? (t.dark ? '#ff9d57' : '#b34700') : m.color, fontWeight: 600}}))}}]}, true);
      describe(place, `Sorted distances to the ${number(model.min_points)}th nearest ${one}; eps is ${+model.eps.toPrecision(3)}`);
    });
  }

  // --- segments as filters ---

  function toggle(s) {
    const only = state.on.size === segments.length;
    if (only) state.on = new Set([s]);
    else if (state.on.has(s)) state.on.delete(s);
    else state.on.add(s);
    if (!state.on.size) state.on = new Set(segments.keys());
    update();
  }

  function cards(parent) {
    const list = el('ul', {class: 'cards', 'aria-label': 'Segments: press one to see it alone, more to add them'});
    const bar = (name, share) => el('span', {class: 'bar'}, el('span', {text: name}), el('i', {}, paint(el('b'), share)), el('span', {text: percent(share)}));
    const paint = (node, share) => { node.style.width = `${Math.max(1.5, 100 * Math.min(1, share))}%`; return node; };
    const buttons = segments.map((segment, s) => {
      const button = el('button', {class: 'seg', type: 'button', 'aria-pressed': 'true', on: {click: () => toggle(s)}}, el('strong', {text: nameOf(s)}),
        el('span', {class: 'traits', text: segment.small ? 'too few for any detail' : segment.traits || ''}), bar(noun[0].toUpperCase() + noun.slice(1), segment.share),
        segment.revenue_share === undefined || segment.revenue_share === null ? null : bar('Revenue', segment.revenue_share));
      button.style.setProperty('--c', colourOf(s));
      list.append(el('li', {}, button));
      return button;
    });
    parent.append(list);
    redraws.push(() => buttons.forEach((button, s) => button.setAttribute('aria-pressed', state.on.has(s))));
  }

  // --- the status line ---

  const reset = () => { state.on = new Set(segments.keys()); state.area = null; state.find = ''; const find = byId('find'); if (find) find.value = ''; update(); };

  function status(parent) {
    if (!points) return;
    const line = el('span', {role: 'status', 'aria-live': 'polite'});
    const clear = el('button', {class: 'btn', type: 'button', id: 'reset', text: 'Show all', on: {click: reset}});
    const save = points.sampled ? null : el('button', {class: 'btn', type: 'button', id: 'export', text: 'Save selection (CSV)', on: {click: exportSelection}});
    parent.append(el('div', {class: 'card status'}, line, el('span', {class: 'tools'}, clear, save)));
    redraws.push(() => {
      const what = points.sampled ? `of ${number(all.length)} drawn ${noun} (of ${number(points.of)})` : `of ${number(all.length)} ${noun}`;
      line.replaceChildren(el('strong', {text: number(selected.length)}), ` ${what} selected` + (points.sampled ? '. This is a sample: make a mailing list from the table itself, not from here.' : '.'));
      clear.disabled = !filtered();
    });
  }

  // A cell that a spreadsheet can't take for a formula.
  function safe(text) {
    const plain = /^[=+\-@\t\r]/.test(text) && isNaN(text) ? `'${text}` : text;
    return /[",\n\r]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
  }

  function csv() {
    const head = [...(points.id ? ['id'] : []), 'segment', ...columns.map(column => column.name)];
    const rows = selected.map(i => [...(points.id ? [points.id[i]] : []), nameOf(points.segment[i]), ...columns.map((_, j) => points.values[j][i] === null ? '' : String(points.values[j][i]))]);
    return [head, ...rows].map(row => row.map(safe).join(',')).join('\n') + '\n';
  }

  function exportSelection() {
    const link = el('a', {download: 'selection.csv', href: URL.createObjectURL(new Blob([csv()], {type: 'text/csv'}))});
    link.click();
    URL.revokeObjectURL(link.href);
  }

  // --- the table of rows ---

  const PAGE = 12;

  function table(grid) {
    if (!points || !columns.length) return;
    const fields = [...(points.id ? [['Id', i => points.id[i], i => points.id[i]]] : []), ['Segment', i => nameOf(points.segment[i]), i => points.segment[i]],
                    ...columns.map((column, j) => [column.title, i => single(column, points.values[j][i]), i => points.values[j][i] ?? -Infinity])];
    const words = points.id ? 2 : 1;
    state.sort = words + Math.max(0, columnAt('total_spent')) - 0;
    const heads = fields.map(([title], f) => el('th', {scope: 'col', class: f < words ? null : 'num'}, el('button', {type: 'button', text: title, on: {click: () => {
      state.down = state.sort === f ? !state.down : f >= words;
      state.sort = f;
      state.page = 0;
      draw();
    }}})));
    const body = el('tbody'), note = el('p'), where = el('span', {'aria-live': 'polite'});
    const find = el('input', {type: 'search', id: 'find', placeholder: 'Find a value', on: {input: event => { state.find = event.target.value; state.page = 0; draw(); }}});
    const turn = step => el('button', {class: 'btn', type: 'button', text: step < 0 ? 'Previous' : 'Next', on: {click: () => { state.page += step; draw(); }}});
    const back = turn(-1), on = turn(1);
    grid.append(el('div', {class: 'card c12', id: 'rows'},
      el('div', {class: 'head'}, el('div', {}, el('h3', {text: noun[0].toUpperCase() + noun.slice(1)}), note), el('div', {class: 'tools'}, el('label', {class: 'hide', for: 'find', text: 'Find a value'}), find)),
      el('div', {class: 'wide', tabindex: '0', role: 'region', 'aria-label': `Table of ${noun}`}, el('table', {}, el('thead', {}, el('tr', {}, ...heads)), body)),
      el('div', {class: 'pager'}, where, back, on)));
    const draw = () => {
      const wanted = state.find.trim().toLowerCase(), f = fields[state.sort];
      const rows = wanted ? selected.filter(i => fields.some(([, text]) => String(text(i)).toLowerCase().includes(wanted))) : [...selected];
      rows.sort((a, b) => { const x = f[2](a), y = f[2](b); return (x > y) - (x < y) || a - b; });
      if (state.down) rows.reverse();
      const pages = Math.max(1, Math.ceil(rows.length / PAGE));
      state.page = Math.max(0, Math.min(state.page, pages - 1));
      heads.forEach((head, i) => i === state.sort ? head.setAttribute('aria-sort', state.down ? 'descending' : 'ascending') : head.removeAttribute('aria-sort'));
      body.replaceChildren(...rows.slice(state.page * PAGE, (state.page + 1) * PAGE).map(i => el('tr', {}, ...fields.map(([title, text], at) => {
        const cell = el('td', {class: at < words ? null : 'num'}), dot = title === 'Segment' ? el('span', {class: 'dot'}) : null;
        if (dot) dot.style.setProperty('--c', colourOf(points.segment[i]));
        cell.append(...(dot ? [dot] : []), text(i));
        return cell;
      }))));
      note.textContent = `${number(rows.length)} ${rows.length === 1 ? one : noun}, by ${f[0].toLowerCase()}` + (points.sampled ? ` (a sample of ${number(points.of)})` : '');
      where.textContent = `Page ${number(state.page + 1)} of ${number(pages)}`;
      back.disabled = state.page === 0;
      on.disabled = state.page >= pages - 1;
    };
    redraws.push(draw);
  }

  // --- light and dark ---

  function themes() {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const set = on => { document.documentElement.dataset.theme = on ? 'dark' : 'light'; button.textContent = on ? 'Light' : 'Dark'; button.setAttribute('aria-label', on ? 'Light colours' : 'Dark colours'); update(); };
    const button = el('button', {class: 'btn', type: 'button', id: 'theme', on: {click: () => set(document.documentElement.dataset.theme !== 'dark')}});
    byId('tools').append(button);
    dark.addEventListener('change', event => set(event.matches));
    set(dark.matches);
    // Paper is white.
    let before = false;
    addEventListener('beforeprint', () => { before = document.documentElement.dataset.theme === 'dark'; if (before) set(false); charts.forEach(drawn => drawn.resize()); });
    addEventListener('afterprint', () => { if (before) set(true); charts.forEach(drawn => drawn.resize()); });
  }

  // --- the whole ---

  const place = byId('charts');
  if (place && lib) {
    place.append(el('h2', {text: 'Look closer'}));
    cards(place);
    status(place);
    const grid = el('div', {class: 'grid'});
    place.append(grid);
    bubbles(grid);
    heat(grid);
    plane(grid);
    distributions(grid);
    revenue(grid);
    lorenz(grid);
    rfm(grid);
    table(grid);
    evidence(grid);
    charts.forEach(drawn => drawn.resize()); // some were made before their neighbours took part of the room
    let waiting = 0;
    addEventListener('resize', () => { clearTimeout(waiting); waiting = setTimeout(() => { charts.forEach(drawn => drawn.resize()); update(); }, 120); });
  }
  themes();
  globalThis.csReport = {state, update, csv, get selected() { return selected; }, charts};
})();
