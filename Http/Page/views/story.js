// The story of an order over all its streams: what its events mean together, in time order or by part, each with its cause.
import { html, useMemo, useState } from '../vendor/htm-preact.js';
import { number, shortTime } from '../format.js';
import { linkTo, replaceRoute } from '../route.js';
import { Empty, Facts, Payload, Said, Time, VirtualList } from '../ui.js';

const parts = ['order', 'payment', 'stock', 'shipment', 'fulfilment', 'publication', 'notification'];

const titles = { order: 'Order', payment: 'Payment', stock: 'Stock', shipment: 'Shipment', fulfilment: 'Saga', publication: 'Publication', notification: 'Notifications' };

export const partOf = entry => entry.part ?? entry.stream.slice(0, entry.stream.indexOf('-'));

// The messages to the customer, each behind the event that it tells of.
export function join(events, messages) {
  const byEvent = new Map(messages.map(message => [message.eventId, message]));
  const story = [];
  for (const event of events) {
    story.push(event);
    const message = byEvent.get(event.eventId);
    if (message) story.push(asEntry(message, event));
  }
  return story;
}

const asEntry = (message, event) => ({
  part: 'notification', stream: `notification-${message.kind}`, position: event.position, version: message.attempts, eventId: `${message.eventId}/told`,
  time: message.sentAt ?? message.createdAt, type: `customer-told-${message.kind}`, actor: 'notifications', causationId: message.eventId, data: message,
  title: { sent: `Customer told: ${message.kind}`, 'not-sendable': `Customer cannot be told: ${message.reason ?? 'no reason is known'}`, claimed: `Customer is being told: ${message.kind}` }[message.state],
});

// How far the log has left the house.
export function outbound(consumers) {
  const position = name => consumers.items.find(consumer => consumer.name === name)?.position;
  return { published: position('publisher'), notified: position('notifications') };
}

const failures = {
  'out-of-stock': 'an item is out of stock', 'card-declined': 'the payment was declined', declined: 'the payment was declined', 'payment-declined': 'the payment was declined',
  'capture-failed': 'the money could not be captured', 'deadline-passed': 'a step took too long', timeout: 'a step took too long',
};

// Why an order was cancelled, from what it says itself and from the step that failed before.
export function explainEnd(order, story) {
  if (order.status !== 'cancelled') return null;
  const last = type => story.findLast(entry => entry.type.startsWith(type));
  const [cancelled, undoing, failed] = [last('order-cancelled.'), last('fulfilment-compensation-started.'), last('fulfilment-step-failed.')];
  const own = order.cancelReason ?? cancelled?.data?.reason ?? 'no reason is on record';
  const step = failed && undoing && failed.position < undoing.position ? `${failed.title.replace(/: failed, .*/, '').toLowerCase()} failed with ${failed.data?.code}` : null;
  const known = failures[failed?.data?.code] ?? null;
  const why = [known, step, !known && !step ? own : own !== failed?.data?.code && !step?.includes(own) ? own : null].filter(Boolean).join('; ');
  return { before: 'Cancelled ', at: order.cancelledAt ?? cancelled?.time, by: cancelled?.actor, why: `${why}.` };
}

// Where its saga stands, as far as its own events say.
export function fulfilmentOf(orderId, story) {
  const own = story.filter(entry => partOf(entry) === 'fulfilment');
  if (own.length === 0) return null;
  const last = own.at(-1);
  const status = { 'fulfilment-parked.v1': 'parked', 'fulfilment-completed.v1': 'completed', 'fulfilment-compensated.v1': 'compensated' }[last.type] ?? 'running';
  return { orderId, status, version: last.version, reason: last.data?.reason ?? last.title };
}

const rowHeight = 34;

export function Timeline({ id, story, reach, values }) {
  const [hidden, setHidden] = useState(() => new Set());
  const [grouped, setGrouped] = useState(false);
  const counts = useMemo(() => countParts(story), [story]);
  const rows = useMemo(() => arrange(story, hidden, grouped), [story, hidden, grouped]);
  const chosen = useMemo(() => rows.findIndex(row => row.eventId === values.event), [rows, values.event]);
  const byId = useMemo(() => new Map(story.map(entry => [entry.eventId, entry])), [story]);
  const choose = entry => replaceRoute('orders', id, { ...values, event: entry.eventId });
  const toggle = part => {
    const next = new Set(hidden);
    if (!next.delete(part)) next.add(part);
    setHidden(next);
  };
  return html`
    <div class="chips" role="group" aria-label="Parts that are shown">
      ${parts.filter(part => counts.get(part)).map(part => html`<button class=${`chip part ${part}`} aria-pressed=${!hidden.has(part)} onClick=${() => toggle(part)}>${titles[part]} ${number(counts.get(part))}</button>`)}
      <button class="chip" aria-pressed=${grouped} onClick=${() => setGrouped(!grouped)}>Grouped by part</button>
    </div>
    <${Reach} story=${story} reach=${reach} />
    ${rows.length === 0 ? html`<${Empty}>There is nothing to show: all parts are hidden, or the events are missing.<//>` : html`
    <div class="split">
      <${VirtualList} key=${grouped} label="Story" rows=${rows} height=${rowHeight} chosen=${chosen} isHeading=${row => row.heading !== undefined}
        onChoose=${index => choose(rows[index])} renderRow=${renderRow} />
      <${Details} id=${id} entry=${rows[chosen]} byId=${byId} reach=${reach} onChoose=${choose} />
    </div>`}`;
}

function countParts(story) {
  const counts = new Map();
  for (const entry of story) counts.set(partOf(entry), (counts.get(partOf(entry)) ?? 0) + 1);
  return counts;
}

function arrange(story, hidden, grouped) {
  const shown = story.filter(entry => !hidden.has(partOf(entry)));
  if (!grouped) return shown;
  return parts.flatMap(part => {
    const own = shown.filter(entry => partOf(entry) === part);
    return own.length ? [{ heading: titles[part], count: own.length }, ...own] : [];
  });
}

const renderRow = row => row.heading !== undefined
  ? html`<strong>${row.heading}</strong> <span class="faint">${number(row.count)} events</span>`
  : html`<span class="when">${shortTime(row.time)}</span><span class=${`part ${partOf(row)}`}>${titles[partOf(row)] ?? partOf(row)}</span>
    <bdi class="what">${row.title}</bdi>${row.repair && html`<span class="badge warn">repaired</span>`}<span class="faint">${row.actor}</span>`;

// Whether what happened has left the house, where that can be known.
function Reach({ story, reach }) {
  if (!reach || !story.length) return null;
  const end = story.at(-1).position;
  const published = reach.published === undefined ? 'There is no publisher here.'
    : reach.published >= end ? 'All of it is published.' : `Published up to position ${number(reach.published)}; ${number(story.filter(entry => entry.position > reach.published).length)} events wait.`;
  const told = reach.notified === undefined ? '' : reach.notified >= end ? 'Notifications have seen all of it.' : 'Notifications have not seen all of it yet.';
  return html`<p class="faint">${published} ${told}</p>`;
}

function Details({ id, entry, byId, reach, onChoose }) {
  if (!entry) return html`<aside class="card details" aria-label="The chosen event"><${Empty}>Choose an event to see what it says and what caused it.<//></aside>`;
  const cause = byId.get(entry.causationId);
  const effects = [...byId.values()].filter(other => other.causationId === entry.eventId);
  const link = other => html`<a href=${linkTo('orders', id, { event: other.eventId })} onClick=${event => { event.preventDefault(); onChoose(other); }}><bdi>${other.title}</bdi></a>`;
  return html`<aside class="card details" aria-label="The chosen event">
    <h2><${Said} text=${entry.title} /></h2>
    <${Facts} facts=${[
      ['When', html`<${Time} at=${entry.time} />`], ['Event', html`<code>${entry.type}</code>`], ['Stream', html`<code><bdi>${entry.stream}</bdi></code> version ${number(entry.version)}`],
      ['Position', `${number(entry.position)}${reach?.published === undefined ? '' : reach.published >= entry.position ? ', published' : ', not published yet'}`],
      ['By', html`<bdi>${entry.actor ?? 'nobody known'}</bdi>`], ['Cause', cause ? link(cause) : entry.causationId ? html`an event elsewhere, <code>${entry.causationId}</code>` : 'a request'],
      effects.length > 0 && ['Set off', html`<ul class="plain">${effects.slice(0, 20).map(effect => html`<li>${link(effect)}</li>`)}</ul>`],
      partOf(entry) === 'order' && ['State', html`<a href=${linkTo('orders', id, { version: entry.version })}>The order at version ${number(entry.version)}</a>`],
      entry.repair && ['Repaired', html`by <bdi>${entry.repair.actor}</bdi>, <${Time} at=${entry.repair.at} />: <${Said} text=${entry.repair.reason} />`],
    ]} />
    <${Payload} value=${entry.data} />
  </aside>`;
}
