// What all pages are made of. Everything that a server or a customer wrote goes in as text, never as markup.
import { html, useEffect, useLayoutEffect, useRef, useState } from './vendor/htm-preact.js';
import { may, newKey } from './api.js';
import { ago, json, time, words } from './format.js';
import { linkTo } from './route.js';

const longText = 240, beyond = 6;

const tones = {
  cancelled: 'bad', failed: 'bad', failing: 'bad', disabled: 'bad', parked: 'bad', refused: 'bad', compensating: 'warn', pending: 'warn', rebuilding: 'warn', running: 'warn', placed: 'warn',
  draft: 'plain', delivered: 'good', confirmed: 'good', shipped: 'good', completed: 'good', live: 'good', replayed: 'good', switched: 'good',
};

export const Badge = ({ value }) => html`<span class="badge ${tones[value] ?? 'plain'}">${words(value ?? '')}</span>`;

// Another direction of writing stays inside of its own text.
export const Said = ({ text }) => {
  const [open, setOpen] = useState(false);
  const value = String(text ?? '');
  if (value.length <= longText) return html`<bdi class="said">${value}</bdi>`;
  return html`<bdi class="said">${open ? value : `${value.slice(0, longText)}…`}</bdi>
    <button class="quiet" aria-expanded=${open} onClick=${() => setOpen(!open)}>${open ? 'Show less' : `Show all ${value.length} characters`}</button>`;
};

export const Time = ({ at }) => at ? html`<time datetime=${at} title=${at}>${time(at)}</time>` : html`<span>–</span>`;

export const Ago = ({ at }) => html`<time datetime=${at} title=${time(at)}>${ago(at)}</time>`;

export const OrderLink = ({ id, version }) => html`<a href=${linkTo('orders', id, { version })}><code>${id}</code></a>`;

export const Payload = ({ value }) => html`<pre class="payload" tabindex="0" dir="ltr">${json(value)}</pre>`;

export const Problem = ({ problem, onRetry }) => problem && html`
  <div class="problem" role="alert">
    <strong>${problem.title}</strong> <code>${problem.code}</code>
    ${problem.detail && html`<p><${Said} text=${problem.detail} /></p>`}
    ${problem.errors?.length > 0 && html`<ul>${problem.errors.map(error => html`<li><code>${error.pointer}</code> ${error.detail}</li>`)}</ul>`}
    ${problem.traceId && html`<p class="faint">Trace ${problem.traceId}</p>`}
    ${onRetry && html`<button onClick=${onRetry}>Try again</button>`}
  </div>`;

export const Loading = ({ what }) => html`<p class="faint" role="status">Loading ${what} …</p>`;

export const Empty = ({ children }) => html`<p class="empty">${children}</p>`;

// columns: [title, row => content, class?]
export const Table = ({ caption, columns, rows, keyOf }) => html`
  <div class="scroll" tabindex="0" role="region" aria-label=${caption}>
    <table>
      <caption class="unseen">${caption}</caption>
      <thead><tr>${columns.map(([title, , style]) => html`<th scope="col" class=${style}>${title}</th>`)}</tr></thead>
      <tbody>${rows.map((row, index) => html`<tr key=${keyOf ? keyOf(row) : index}>${columns.map(([, cell, style]) => html`<td class=${style}>${cell(row)}</td>`)}</tr>`)}</tbody>
    </table>
  </div>`;

// A list with all that can be said of it: that it loads, that it failed, that it is empty, that there is more.
export const Listing = ({ pages, what, empty, ...table }) => html`
  <${Problem} problem=${pages.problem} onRetry=${pages.reload} />
  ${!pages.items && pages.loading && html`<${Loading} what=${what} />`}
  <p class="unseen" role="status">${pages.items ? `${pages.items.length} ${what} shown` : ''}</p>
  ${pages.items?.length === 0 && html`<${Empty}>${empty}<//>`}
  ${pages.items?.length > 0 && html`<${Table} rows=${pages.items} ...${table} />
    <p class="more">${pages.next ? html`<button onClick=${pages.loadMore} disabled=${pages.loading}>Show more</button>` : html`<span class="faint">That is all.</span>`}</p>`}`;

export const Field = ({ label, hint, children }) => html`<label class="field"><span>${label}</span>${children}${hint && html`<small>${hint}</small>`}</label>`;

// A native dialog: it holds the focus, Escape closes it, and the focus goes back to where it was.
function Dialog({ title, onClose, children }) {
  const dialog = useRef(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current.showModal();
    return () => before?.focus?.();
  }, []);
  return html`<dialog ref=${dialog} aria-label=${title} onClose=${onClose}>
    <header><h2>${title}</h2><button class="quiet" aria-label="Close" onClick=${() => dialog.current.close()}>✕</button></header>
    ${children}
  </dialog>`;
}

// Asks why, does it once, and says what came of it.
export function ReasonDialog({ title, explanation, act, verb, asks = true, onClose, children }) {
  const [reason, setReason] = useState('');
  const [state, setState] = useState({ problem: null, busy: false });
  const submit = async event => {
    event.preventDefault();
    if (state.busy) return;
    setState({ problem: null, busy: true });
    try {
      onClose(await act(reason.trim()) ?? true);
    } catch (problem) {
      setState({ problem, busy: false });
    }
  };
  return html`<${Dialog} title=${title} onClose=${() => onClose(null)}>
    <form onSubmit=${submit}>
      <p>${explanation}</p>
      ${children}
      ${asks && html`<${Field} label="Reason" hint="Kept in the audit and in the events, under your name.">
        <textarea required maxlength="500" rows="2" value=${reason} onInput=${event => setReason(event.target.value)}></textarea>
      <//>`}
      <${Problem} problem=${state.problem} />
      <p class="actions"><button class="primary" disabled=${state.busy || (asks && !reason.trim())}>${verb}</button></p>
    </form>
  <//>`;
}

// Buttons that each ask why, do it once, and say what came of it. An action: title, verb, explanation, act(reason, key), say(result).
export function Actions({ actions, about, onDone }) {
  const [asked, setAsked] = useState(null);
  const close = result => {
    setAsked(null);
    if (result) onDone(asked.say(result));
  };
  return may('ops:act') && html`<span class="buttons">
    ${actions.map(action => html`<button onClick=${() => setAsked({ verb: action.title, ...action, key: newKey() })}>${action.title}</button>`)}
    ${asked && html`<${ReasonDialog} ...${asked} title=${`${asked.title.replace(' …', '')}${about ? `: ${about}` : ''}`} act=${reason => asked.act(reason, asked.key)} onClose=${close} />`}
  </span>`;
}

// What a list is narrowed down to, as addresses.
export const Tabs = ({ label, page, id, values, name, all, chosen }) => html`<nav class="tabs" aria-label=${label}>${all.map(one =>
  html`<a href=${linkTo(page, id, { ...values, [name]: one })} aria-current=${one === chosen ? 'true' : undefined}>${words(one)}</a>`)}</nav>`;

export const Facts = ({ facts }) => html`<dl class="facts">${facts.filter(Boolean).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

// A list that holds only what is seen, however long it is. Arrow keys, Page keys, Home and End move the choice; every row
// has the same height, so that the place of a row is a multiplication.
export function VirtualList({ label, rows, height = 40, chosen = -1, onChoose, renderRow, isHeading = () => false }) {
  const box = useRef(null);
  const [view, setView] = useState({ top: 0, room: 600 });
  useLayoutEffect(() => {
    const measure = () => setView({ top: box.current.scrollTop, room: box.current.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  const isSettled = useRef(false);
  useEffect(() => {
    if (chosen < 0) return;
    const [top, room] = [box.current.scrollTop, box.current.clientHeight];
    const wanted = chosen * height;
    if (!isSettled.current) box.current.scrollTop = wanted - room / 3;
    else if (wanted < top) box.current.scrollTop = wanted;
    else if (wanted + height > top + room) box.current.scrollTop = wanted + height - room;
    isSettled.current = true;
  }, [chosen]);
  const page = Math.max(1, Math.floor(view.room / height) - 1);
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -rows.length, End: rows.length };
  const onKeyDown = event => {
    if (!(event.key in steps)) return;
    event.preventDefault();
    let next = Math.min(rows.length - 1, Math.max(0, chosen + steps[event.key]));
    while (rows[next] && isHeading(rows[next])) next += steps[event.key] < 0 && next > 0 ? -1 : 1;
    if (rows[next]) onChoose(next);
  };
  const first = Math.max(0, Math.floor(view.top / height) - beyond);
  const last = Math.min(rows.length, Math.ceil((view.top + view.room) / height) + beyond);
  const seen = [];
  // Each place on the screen keeps its element, which shows another row as one scrolls: nothing is made anew or moved.
  const places = Math.ceil(view.room / height) + 2 * beyond + 1;
  for (let place = 0; place < places; place++) {
    const index = first + (((place - first) % places) + places) % places;
    if (index >= last) continue;
    const heading = isHeading(rows[index]);
    seen.push(html`<div key=${place} id=${`${label}-${index}`.replaceAll(' ', '-')} class=${`row ${heading ? 'heading' : ''} ${index === chosen ? 'chosen' : ''}`}
      role=${heading ? 'presentation' : 'option'} aria-selected=${heading ? undefined : index === chosen} aria-setsize=${rows.length} aria-posinset=${index + 1}
      style=${{ transform: `translateY(${index * height}px)`, height: `${height}px` }}
      onClick=${heading ? undefined : () => onChoose(index)}>${renderRow(rows[index], index)}</div>`);
  }
  return html`<div class="virtual" ref=${box} style=${{ maxHeight: `${rows.length * height + 2}px` }} role="listbox" tabindex="0" aria-label=${label}
    aria-activedescendant=${chosen >= first && chosen < last ? `${label}-${chosen}`.replaceAll(' ', '-') : undefined}
    onScroll=${event => setView({ top: event.target.scrollTop, room: event.target.clientHeight })} onKeyDown=${onKeyDown}>
    <div class="whole" style=${{ height: `${rows.length * height}px` }}>${seen}</div>
  </div>`;
}

// fields: [name, label, attributes or options]. What is found depends on the address alone, so that it can be sent to others.
export function SearchForm({ label, page, values, fields }) {
  const submit = event => {
    event.preventDefault();
    location.hash = linkTo(page, null, Object.fromEntries(new FormData(event.target)));
  };
  return html`<form class="filters" onSubmit=${submit} role="search" aria-label=${label}>
    ${fields.map(([name, title, kind]) => html`<${Field} label=${title}>${Array.isArray(kind)
      ? html`<select name=${name}><option value="">any</option>${kind.map(one => html`<option selected=${values[name] === one}>${one}</option>`)}</select>`
      : html`<input name=${name} defaultValue=${values[name] ?? ''} maxlength="100" spellcheck="false" ...${kind} />`}<//>`)}
    <button class="primary">Search</button>
  </form>`;
}
