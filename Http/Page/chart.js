// Curves. The library comes when the first one is drawn, so that pages without curves do without it.
import { clockTime } from './format.js';
import { html, useEffect, useRef } from './vendor/htm-preact.js';

let library = null;

const loadLibrary = () => library ??= new Promise((resolve, reject) => {
  const src = new URL('./vendor/uPlot.js', import.meta.url);
  document.head.append(Object.assign(document.createElement('script'), { src, onload: () => resolve(window.uPlot), onerror: reject }));
});

// data: [times in seconds, values]; summary says in words what is drawn.
export function Curve({ label, summary, data, height = 150 }) {
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
export function Spark({ values }) {
  if (values.length < 2) return html`<svg class="spark" viewBox="0 0 80 20" aria-hidden="true"></svg>`;
  const most = Math.max(1, ...values);
  const points = values.map((value, index) => `${(index * 80 / (values.length - 1)).toFixed(1)},${(19 - value * 18 / most).toFixed(1)}`).join(' ');
  return html`<svg class="spark" viewBox="0 0 80 20" aria-hidden="true"><polyline points=${points} /></svg>`;
}
