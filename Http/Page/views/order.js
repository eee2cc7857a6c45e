// One order: why it is as it is, its story across all that took part, and every version that it had.
import { html, useMemo, useRef, useState } from '../vendor/htm-preact.js';
import { get, may, query, session, useLoad } from '../api.js';
import { money, number } from '../format.js';
import { linkTo, replaceRoute } from '../route.js';
import { Badge, Empty, Facts, Loading, Problem, Said, Time } from '../ui.js';
import { Desk, useLiveReload } from './fulfilments.js';
import { RawEvents, Versions } from './history.js';
import { explainEnd, fulfilmentOf, join, outbound, Timeline } from './story.js';

const views = [['story', 'Story'], ['versions', 'Versions'], ['raw', 'Raw events']];

export function Order({ id, values }) {
  const path = `/v1/orders/${encodeURIComponent(id)}`;
  const known = useRef([]);
  const { data, problem, loading, reload } = useLoad(signal => loadOrder(path, signal, known), [id]);
  const [said, setSaid] = useState('');
  useLiveReload(({ streamType, id: stream }) => stream === id && streamType !== 'stock' && streamType !== 'customer', reload);
  const fulfilment = useMemo(() => data && fulfilmentOf(id, data.story), [data]);
  if (!data) return html`<h1>Order <code><bdi>${id}</bdi></code></h1>${problem ? html`<${NotThere} id=${id} problem=${problem} reload=${reload} />` : loading && html`<${Loading} what="the order" />`}`;
  const { order, story, reach, damage } = data;
  const view = values.view ?? (values.version ? 'versions' : 'story');
  const show = next => replaceRoute('orders', id, { ...values, view: next === 'story' ? undefined : next, version: next === 'versions' ? values.version ?? order.version : undefined, event: next === 'story' ? values.event : undefined });
  return html`
    <h1>Order <code><bdi>${id}</bdi></code> <${Badge} value=${order.status} /></h1>
    <${Problem} problem=${problem} onRetry=${reload} />
    ${damage && html`<${Damage} id=${id} problem=${damage} />`}
    <${End} order=${order} story=${story} />
    <p class="done" role="status">${said}</p>
    ${fulfilment?.status === 'parked' && html`<div class="notice"><p>Its fulfilment is parked: <${Said} text=${fulfilment.reason} /></p><${Desk} fulfilment=${fulfilment} onDone=${text => { setSaid(text); reload(); }} /></div>`}
    <${Facts} facts=${[
      ['Customer', html`<a href=${linkTo('orders', null, { customer: order.customerId })}><bdi>${order.customerId}</bdi></a>`], ['Total', money(order.total, order.currency)],
      ['Lines', number(order.lines.length)], order.country && ['Country', html`<bdi>${order.country}</bdi>`], ['Paid with', order.paymentMethod],
      ['Placed', html`<${Time} at=${order.placedAt} />`], order.shippedAt && ['Shipped', html`<${Time} at=${order.shippedAt} /> <bdi>${order.carrier} ${order.trackingNumber}</bdi>`],
      order.deliveredAt && ['Delivered', html`<${Time} at=${order.deliveredAt} />`], ['Version', number(order.version)],
    ]} />
    <div class="tabs" role="tablist" aria-label="What is shown">${views.map(([name, title]) => html`<button role="tab" id=${`tab-${name}`} aria-selected=${view === name} aria-controls="shown" onClick=${() => show(name)}>${title}</button>`)}</div>
    <section id="shown" role="tabpanel" aria-labelledby=${`tab-${view}`}>
      ${view === 'story' && html`<${Timeline} id=${id} story=${story} reach=${reach} values=${values} />`}
      ${view === 'versions' && html`<${Versions} id=${id} path=${path} latest=${order.version} values=${values} story=${story} />`}
      ${view === 'raw' && html`<${RawEvents} path=${path} count=${order.version} />`}
    </section>`;
}

// The story may be readable while a projection lags, and the other way round; an order is there when either is. What was read
// of the story before is not read again: it only grows.
async function loadOrder(path, signal, known) {
  let damage = null;
  const before = known.current;
  const [timeline, latest, reach, messages] = await Promise.all([
    get(`${path}/timeline${query({ after: before.at(-1)?.position })}`, signal).catch(problem => { if (problem.code !== 'event-unreadable') throw problem; damage = problem; return { items: [] }; }), get(path, signal).catch(problem => { if (problem.name === 'AbortError') throw problem; return null; }),
    may('ops:read') ? get('/v1/consumers', signal).then(outbound, () => null) : null, get(`${path}/notifications`, signal).catch(() => ({ items: [] })),
  ]);
  const events = known.current = [...before, ...timeline.items];
  const ownVersion = events.filter(entry => entry.stream.startsWith('order-')).length;
  // The log is ahead of the read model for a moment: what is shown is the newest of both.
  if (damage && !latest) throw damage;
  const order = latest && latest.version >= ownVersion ? latest : await get(`${path}${query({ version: ownVersion })}`, signal);
  return { order, story: join(events, messages.items), reach, damage };
}

// What was folded before the damage is still shown; the story is not, because nobody can say what is missing in it.
const Damage = ({ id, problem }) => html`<${Problem} problem=${problem} />
  <p>What stands below is as it was before that event. <a href=${linkTo('dead-letters', null, { stream: `order-${id}` })}>Dead letters of this order</a></p>`;

const NotThere = ({ id, problem, reload }) => problem.status === 404
  ? html`<div class="problem" role="alert"><strong>There is no such order.</strong> <code>${problem.code}</code>
      <p>No order of tenant <bdi>${session.get().environment.tenant}</bdi> has this id. One of another tenant is not shown, and not told of either.</p>
      <p><a href="#/orders">Search orders</a></p></div>`
  : html`<${problem.code === 'event-unreadable' ? Damage : Problem} id=${id} problem=${problem} onRetry=${reload} />`;

function End({ order, story }) {
  const sentence = useMemo(() => explainEnd(order, story), [order, story]);
  if (!sentence) return story.length ? null : html`<${Empty}>Nothing is known of it.<//>`;
  return html`<p class="why">${sentence.before}<${Time} at=${sentence.at} />${sentence.by ? html` by <bdi>${sentence.by}</bdi>` : ''}: <strong><${Said} text=${sentence.why} /></strong></p>`;
}
