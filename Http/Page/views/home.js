// How the whole is doing: throughput, who follows the log and how far behind, what waits for a person.
import { html, useEffect, useRef, useState } from '../vendor/htm-preact.js';
import { get, may, onLive, useLoad } from '../api.js';
import { clockTime, duration, eventName, number } from '../format.js';
import { linkTo } from '../route.js';
import { Ago, Badge, Empty, OrderLink, Problem, Table } from '../ui.js';

const seconds = 300, latestShown = 12, trendSamples = 40;

// Kept while the page is open, so that coming back to Home does not start from nothing.
const perSecond = new Map();
const latest = [];
const trends = new Map();

onLive(({ name, data }) => {
  if (name) return;
  // What comes from before the page was open stands where it happened, the rest where it arrived.
  const now = Math.floor(Date.now() / 1000), at = Math.floor(new Date(data.occurredAt) / 1000);
  if (now - at < seconds) perSecond.set(at, (perSecond.get(at) ?? 0) + 1);
  latest.unshift(data);
  latest.length = Math.min(latest.length, latestShown);
});

function curve() {
  const now = Math.floor(Date.now() / 1000);
  for (const second of perSecond.keys()) if (second < now - seconds) perSecond.delete(second);
  const times = Array.from({ length: seconds }, (_, index) => now - seconds + index);
  return [times, times.map(second => perSecond.get(second) ?? 0)];
}

export function Home() {
  const [data, setData] = useState(curve);
  useEffect(() => {
    const timer = setInterval(() => { if (!document.hidden) setData(curve()); }, 1000);
    return () => clearInterval(timer);
  }, []);
  const lastMinute = data[1].slice(-60).reduce((sum, count) => sum + count, 0) / 60;
  const most = Math.max(...data[1]);
  return html`
    <h1>Home</h1>
    <section class="card"><${Curve} label="Events per second" data=${data}
      summary=${`of this tenant, last 5 minutes; ${lastMinute.toFixed(1)} on the average of the last minute, at most ${most}`} /></section>
    ${may('ops:read') ? html`<${Waiting} /><${Consumers} />` : html`<p class="faint">How far the log is followed needs the scope ops:read.</p>`}
    <div class="columns">
      <section class="card"><h2>Just happened</h2><${Latest} /></section>
      <${NewestOrders} />
    </div>`;
}

function Waiting() {
  const parked = useLoad(signal => get('/v1/fulfilments?status=parked&limit=200', signal), [], { every: 3000 });
  const letters = useLoad(signal => get('/v1/dead-letters?state=open&limit=200', signal), [], { every: 3000 });
  const silos = useLoad(signal => get('/v1/environment', signal), [], { every: 5000 }).data?.silos;
  const health = useLoad(ready, [], { every: 3000 });
  return html`<section aria-label="What waits for a person" class="tiles">
    <${Tile} title="Parked fulfilments" shown=${parked} href=${linkTo('fulfilments', null, { status: 'parked' })} />
    <${Tile} title="Dead letters" shown=${letters} href=${linkTo('dead-letters')} />
    ${silos !== undefined && html`<div class="tile"><strong>${number(silos)}</strong><span>silos connected</span></div>`}
    <div class="tile ${health.data?.ready === false ? 'bad' : ''}"><strong>${health.data ? (health.data.ready ? 'ready' : 'not ready') : '–'}</strong>
      <span>${health.data?.reasons.join(' ') || 'health'}</span></div>
  </section>`;
}

async function ready() {
  const response = await fetch('/health/ready', { cache: 'no-store', credentials: 'omit' });
  const body = await response.json();
  return { ready: response.ok, reasons: (body.errors ?? []).map(error => error.detail) };
}

const Tile = ({ title, shown, href }) => {
  const count = shown.data?.items.length ?? 0;
  return html`<a class="tile ${count ? 'bad' : ''}" href=${href}><strong>${shown.data ? `${number(count)}${shown.data.next ? '+' : ''}` : '–'}</strong><span>${title}</span></a>`;
};

function Consumers() {
  const { data, problem, reload } = useLoad(async signal => remember(await get('/v1/consumers', signal)), [], { every: 2000 });
  return html`<section class="card"><h2>Who follows the log</h2>
    <${Problem} problem=${problem} onRetry=${reload} />
    ${data && html`<${Table} caption="Everything that follows the log, and how far behind it is" keyOf=${row => row.name} rows=${data.items} columns=${[
      ['Name', row => row.name], ['State', row => html`<${Badge} value=${row.state} /> ${row.error && html`<span class="faint">${row.error}</span>`}`],
      ['Position', row => number(row.position), 'number'],
      ['Behind', row => row.lagEvents ? `${number(row.lagEvents)} events, ${duration(row.lagSeconds)}` : 'nothing', 'number'],
      ['Trend', row => html`<${Spark} values=${trends.get(row.name)} /> <span class="faint">${direction(trends.get(row.name))}</span>`],
      ['Dead letters', row => row.deadLetters ? html`<a href=${linkTo('dead-letters', null, { consumer: row.name })}>${number(row.deadLetters)}</a>` : '0', 'number'],
      ['Waits first', row => row.oldestOrder ? html`<${OrderLink} id=${row.oldestOrder} />` : '–'],
    ]} />`}
  </section>`;
}

function remember(page) {
  for (const { name, lagEvents } of page.items) {
    const values = trends.get(name) ?? [];
    trends.set(name, [...values, lagEvents].slice(-trendSamples));
  }
  return page;
}

function direction(values) {
  const half = Math.floor(values.length / 2);
  if (half < 2) return '';
  const mean = part => part.reduce((sum, value) => sum + value, 0) / part.length;
  const [before, after] = [mean(values.slice(0, half)), mean(values.slice(half))];
  if (Math.abs(after - before) < Math.max(1, before / 10)) return 'steady';
  return after > before ? 'rising' : 'falling';
}

const Latest = () => latest.length === 0
  ? html`<${Empty}>Nothing yet. What happens appears here by itself.<//>`
  : html`<ol class="feed">${latest.map(happened => html`<li key=${happened.position}>
      <span class=${`part ${happened.streamType}`}>${happened.streamType}</span> ${eventName(happened.type)} ${subject(happened)} <span class="faint"><${Ago} at=${happened.occurredAt} /></span></li>`)}</ol>`;

const subject = ({ streamType, id }) => streamType === 'stock' || streamType === 'customer' ? html`<code><bdi>${id}</bdi></code>` : html`<${OrderLink} id=${id} />`;

function NewestOrders() {
  const { data, problem, reload } = useLoad(signal => get('/v1/orders?limit=10', signal), [], { every: 5000 });
  return html`<section class="card"><h2>Newest orders</h2>
    <${Problem} problem=${problem} onRetry=${reload} />
    ${data?.items.length === 0 && html`<${Empty}>There are no orders yet. <code>orders seed</code> makes some of every kind.<//>`}
    ${data?.items.length > 0 && html`<ul class="plain">${data.items.map(order => html`<li key=${order.id}><${OrderLink} id=${order.id} /> <${Badge} value=${order.status} /> <bdi class="faint">${order.customerId}</bdi></li>`)}</ul>
      <${Samples} />`}
  </section>`;
}

// What `orders seed` made: one order of each fate, found by its customer.
function Samples() {
  const { data } = useLoad(signal => get('/v1/orders?q=sample&limit=50', signal), []);
  const samples = (data?.items ?? []).filter(order => order.customerId.startsWith('sample-'));
  return samples.length > 0 && html`<p>Samples: ${samples.map(order => html`<a key=${order.id} href=${linkTo('orders', order.id)}>${order.customerId.slice(7)}</a> `)}</p>`;
}

// Curves. The library comes when the first one is drawn, so that pages without curves do without it.
let library = null;

const loadLibrary = () => library ??= new Promise((resolve, reject) => {
  const src = new URL('../vendor/uPlot.js', import.meta.url);
  document.head.append(Object.assign(document.createElement('script'), { src, onload: () => resolve(window.uPlot), onerror: reject }));
});

// data: [times in seconds, values]; summary says in words what is drawn.
function Curve({ label, summary, data, height = 150 }) {
  const place = useRef(null);
  const plot = useRef(null);
  const newest = useRef(data);
  newest.current = data;
  useEffect(() => {
    let gone = false;
    const resized = new ResizeObserver(() => plot.current?.setSize({ width: place.current.clientWidth, height }));
    const draw = async () => {
      const uPlot = await loadLibrary();
      if (gone) return;
      plot.current?.destroy();
      // The style sheet says them to the place itself, where they are resolved for light or dark.
      const { color, columnRuleColor, caretColor, fill } = getComputedStyle(place.current);
      const axis = { stroke: color, grid: { stroke: columnRuleColor, width: 1 }, ticks: { show: false } };
      plot.current = new uPlot({
        width: place.current.clientWidth, height, legend: { show: false }, cursor: { show: false },
        axes: [{ ...axis, size: 28, space: 90, values: (_, times) => times.map(seconds => clockTime(seconds * 1000)) }, { ...axis, size: 44 }], scales: { y: { range: (_, __, most) => [0, Math.max(4, most * 1.1)] } },
        series: [{}, { stroke: caretColor, width: 2, fill, points: { show: false } }],
      }, newest.current, place.current);
    };
    draw();
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', draw);
    resized.observe(place.current);
    return () => {
      gone = true;
      scheme.removeEventListener('change', draw);
      resized.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, []);
  useEffect(() => plot.current?.setData(data), [data]);
  return html`<figure class="curve"><figcaption>${label} <span class="faint">${summary}</span></figcaption><div ref=${place} aria-hidden="true"></div></figure>`;
}

// A line without axes, as an own small drawing.
function Spark({ values }) {
  if (values.length < 2) return html`<svg class="spark" viewBox="0 0 80 20" aria-hidden="true"></svg>`;
  const most = Math.max(1, ...values);
  const points = values.map((value, index) => `${(index * 80 / (values.length - 1)).toFixed(1)},${(19 - value * 18 / most).toFixed(1)}`).join(' ');
  return html`<svg class="spark" viewBox="0 0 80 20" aria-hidden="true"><polyline points=${points} /></svg>`;
}
