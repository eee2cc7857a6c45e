// The order's own stream: every version that the order had, with the state at it and what changed, and the events as they are stored.
import { html, useEffect, useMemo, useRef, useState } from '../vendor/htm-preact.js';
import { get, query, usePages } from '../api.js';
import { money, number, shortTime, time } from '../format.js';
import { replaceRoute } from '../route.js';
import { Badge, Empty, Facts, Payload, Problem, Said, Time, VirtualList } from '../ui.js';
import { partOf } from './story.js';

const kept = 200, addressPause = 250, pageSize = 200, ahead = 60;

export function Versions({ id, path, latest, values, story }) {
  const asked = Math.min(latest, Math.max(1, Number(values.version) || latest));
  const [version, setVersion] = useState(asked);
  useEffect(() => setVersion(asked), [asked]);
  // While the slider moves, the address rests.
  useEffect(() => {
    if (version === asked) return undefined;
    const timer = setTimeout(() => replaceRoute('orders', id, { ...values, view: 'versions', version }), addressPause);
    return () => clearTimeout(timer);
  }, [version]);
  const shown = useStates(path, version);
  const event = useMemo(() => new Map(story.filter(entry => partOf(entry) === 'order').map(entry => [entry.version, entry])), [story]).get(version);
  const step = by => setVersion(Math.min(latest, Math.max(1, version + by)));
  return html`
    <div class="slider">
      <button aria-label="One version back" disabled=${version <= 1} onClick=${() => step(-1)}>◀</button>
      <label><span class="unseen">Version</span><input type="range" min="1" max=${latest} value=${version} aria-valuetext=${`Version ${version} of ${latest}`} onInput=${change => setVersion(Number(change.target.value))} /></label>
      <button aria-label="One version on" disabled=${version >= latest} onClick=${() => step(1)}>▶</button>
      <output aria-live="off">version ${number(version)} of ${number(latest)}</output>
    </div>
    <p class="what">${event ? html`<strong><${Said} text=${event.title} /></strong> <span class="faint"><${Time} at=${event.time} /> by <bdi>${event.actor}</bdi></span>` : html`<span class="faint">The event of this version is missing from the story.</span>`}</p>
    <${Problem} problem=${shown.problem} />
    ${shown.state && html`<div class=${`columns ${shown.version === version ? '' : 'old'}`} aria-busy=${shown.version !== version}>
      <section class="card"><h2>Changed with version ${number(shown.version)}</h2><${Changes} shown=${shown} /></section>
      <section class="card"><h2>State at version ${number(shown.version)}</h2><${State} state=${shown.state} /></section>
    </div>`}`;
}

// The newest wish is loaded, one at a time: a slider asks for more versions than anybody could look at.
function useStates(path, version) {
  const states = useRef(new Map());
  const wanted = useRef(version);
  const busy = useRef(false);
  const [shown, setShown] = useState({ version: 0 });
  wanted.current = version;
  const load = async number => {
    if (number < 1) return null;
    if (!states.current.has(number)) {
      if (states.current.size >= kept) states.current.delete(states.current.keys().next().value);
      states.current.set(number, await get(`${path}?version=${number}`));
    }
    return states.current.get(number);
  };
  const follow = async () => {
    if (busy.current) return;
    busy.current = true;
    try {
      for (let done = 0; done !== wanted.current;) {
        done = wanted.current;
        const [state, before] = await Promise.all([load(done), load(done - 1)]);
        setShown({ version: done, state, before, problem: null });
      }
    } catch (problem) {
      setShown(earlier => ({ ...earlier, problem }));
    } finally {
      busy.current = false;
    }
  };
  useEffect(() => { follow(); }, [version]);
  return shown;
}

function Changes({ shown }) {
  const found = useMemo(() => shown.before ? differences(shown.before, shown.state) : [], [shown]);
  if (!shown.before) return html`<${Empty}>This is the first version: all of it is new.<//>`;
  if (found.length === 0) return html`<${Empty}>Nothing that the order shows.<//>`;
  return html`<table class="changes"><thead><tr><th scope="col">Field</th><th scope="col">Before</th><th scope="col">After</th></tr></thead>
    <tbody>${found.slice(0, 100).map(({ name, before, after }) => html`<tr><th scope="row"><bdi>${name}</bdi></th><td><del><${Said} text=${before ?? '–'} /></del></td><td><ins><${Said} text=${after ?? '–'} /></ins></td></tr>`)}</tbody></table>`;
}

const State = ({ state }) => html`
  <${Facts} facts=${[
    ['Status', html`<${Badge} value=${state.status} />`], ['Total', money(state.total, state.currency)], ['Customer', html`<bdi>${state.customerId}</bdi>`],
    state.shippingAddress && ['Address', html`<${Said} text=${state.shippingAddress} />`], state.cancelReason && ['Cancelled because', html`<${Said} text=${state.cancelReason} />`],
    state.trackingNumber && ['Parcel', html`<bdi>${state.carrier} ${state.trackingNumber}</bdi>`],
  ]} />
  <h3>${number(state.lines.length)} lines</h3>
  ${state.lines.length > 0 && html`<${VirtualList} label="Lines" rows=${state.lines} height=${30} onChoose=${() => undefined}
    renderRow=${line => html`<code class="sku"><bdi>${line.sku}</bdi></code><span class="number">${number(line.quantity)} × ${money(line.unitPrice, state.currency)}</span><bdi class="what">${(line.description ?? '').slice(0, 200)}</bdi>${line.returned > 0 && html`<span class="badge warn">${line.returned} returned</span>`}`} />`}`;

// Pages come as one scrolls; only what is seen is drawn.
export function RawEvents({ path, count }) {
  const pages = usePages((cursor, signal) => get(`${path}/events${query({ limit: pageSize, cursor })}`, signal), []);
  const [chosen, setChosen] = useState(-1);
  const items = pages.items ?? [];
  const event = items[chosen];
  return html`
    <p class="faint" role="status">${number(items.length)} of ${number(count)} events are loaded.${pages.next && html` <button onClick=${pages.loadMore}>Load more</button>`}</p>
    <${Problem} problem=${pages.problem} onRetry=${pages.loadMore} />
    <div class="split">
      <${VirtualList} label="Raw events" rows=${items} height=${30} chosen=${chosen} onChoose=${setChosen} renderRow=${(row, index) => {
        if (index >= items.length - ahead) queueMicrotask(pages.loadMore);
        return html`<span class="number">${number(row.version)}</span><code class="what">${row.type}</code><span class="faint">${shortTime(row.recordedAt)}</span>`;
      }} />
      <aside class="card details" aria-label="The chosen event">${event ? html`<h2><code>${event.type}</code></h2>
        <${Facts} facts=${[['Version', number(event.version)], ['Position', number(event.position)], ['Event id', html`<code>${event.eventId}</code>`], ['Occurred', html`<${Time} at=${event.occurredAt} />`], ['Recorded', html`<${Time} at=${event.recordedAt} />`]]} />
        <h3>Data</h3><${Payload} value=${event.data} /><h3>Metadata</h3><${Payload} value=${event.metadata} />` : html`<p class="empty">Choose an event.</p>`}</aside>
    </div>`;
}

// Fields of two states that are not the same, lines by their SKU.
function differences(before, after) {
  const found = [];
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (['lines', 'version', 'position'].includes(name)) continue;
    if (before[name] !== after[name]) found.push({ name, before: readable(name, before), after: readable(name, after) });
  }
  const [old, now] = [before, after].map(state => new Map(state.lines.map(line => [line.sku, line])));
  for (const sku of new Set([...old.keys(), ...now.keys()])) {
    const [was, is] = [old.get(sku), now.get(sku)];
    if (!was || !is || was.quantity !== is.quantity || was.unitPrice !== is.unitPrice || was.returned !== is.returned || was.description !== is.description)
      found.push({ name: `line ${sku}`, before: was && asText(was, before), after: is && asText(is, after) });
  }
  return found;
}

const readable = (name, state) => name === 'total' ? money(state.total, state.currency) : name.endsWith('At') ? time(state[name]) : state[name];

const asText = (line, { currency }) => `${line.quantity} × ${money(line.unitPrice, currency)}${line.returned ? `, ${line.returned} returned` : ''}${line.description ? `, ${line.description}` : ''}`;
