// Finding an order, by words, customer, status and date, or by its id; and what operators did, and who was turned away.
import { html } from '../vendor/htm-preact.js';
import { get, query, usePages } from '../api.js';
import { money, number } from '../format.js';
import { linkTo } from '../route.js';
import { Badge, Field, Listing, OrderLink, Said, SearchForm, Time } from '../ui.js';

const fields = [
  ['q', 'Words', { type: 'search', placeholder: 'SKU, description, id' }], ['customer', 'Customer'], ['status', 'Status', ['draft', 'placed', 'confirmed', 'shipped', 'delivered', 'cancelled']],
  ['from', 'From', { type: 'date' }], ['to', 'To, included', { type: 'date' }],
];

export function Search({ values }) {
  const open = event => {
    event.preventDefault();
    location.hash = linkTo('orders', new FormData(event.target).get('id').trim());
  };
  return html`
    <h1>Orders</h1>
    <form class="filters" onSubmit=${open} role="search" aria-label="Open an order by its id">
      <${Field} label="Order id"><input name="id" required pattern=".*\\S.*" spellcheck="false" autocomplete="off" /><//>
      <button>Open</button>
    </form>
    <${SearchForm} label="Search orders" page="orders" values=${values} fields=${fields} />
    <${Found} values=${values} />`;
}

function Found({ values }) {
  const pages = usePages((cursor, signal) => get(`/v1/orders${query({
    q: values.q, customer: values.customer, status: values.status, from: values.from && startOf(values.from), to: values.to && startOf(values.to, 1), cursor, limit: 50,
  })}`, signal), []);
  return html`<${Listing} pages=${pages} what="orders" empty="No order of this tenant is like that." caption="Orders, newest first" keyOf=${order => order.id} columns=${[
    ['Order', order => html`<${OrderLink} id=${order.id} />`], ['Status', order => html`<${Badge} value=${order.status} />`],
    ['Customer', order => html`<a href=${linkTo('orders', null, { customer: order.customerId })}><bdi>${order.customerId}</bdi></a>`],
    ['Total', order => money(order.total, order.currency), 'number'], ['Lines', order => order.lineCount, 'number'],
    ['Country', order => html`<bdi>${order.country ?? '–'}</bdi>`], ['Placed', order => html`<${Time} at=${order.placedAt ?? order.createdAt} />`],
  ]} />`;
}

// A day as people here count it, from its first moment.
function startOf(day, later = 0) {
  const [year, month, date] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}

const auditFields = [['actor', 'Who'], ['action', 'Action', { placeholder: 'retryFulfilment' }]];

export const Audit = ({ values }) => html`
  <h1>Audit</h1>
  <${SearchForm} label="Search the audit" page="audit" values=${values} fields=${auditFields} />
  <${Lines} values=${values} />`;

function Lines({ values }) {
  const pages = usePages((cursor, signal) => get(`/v1/audit${query({ actor: values.actor, action: values.action, cursor, limit: 50 })}`, signal), []);
  return html`<${Listing} pages=${pages} what="audit lines" empty="Nothing is on record like that." caption="Audit lines, newest first" keyOf=${line => line.number} columns=${[
    ['Line', line => number(line.number), 'number'], ['When', line => html`<${Time} at=${line.at} />`], ['Kind', line => line.kind],
    ['Who', line => html`<bdi>${line.actor}</bdi>`], ['Action', line => line.action], ['On', line => html`<${Said} text=${line.target} />`],
    ['Reason', line => html`<${Said} text=${line.reason ?? '–'} />`], ['Outcome', line => `${line.outcome ?? ''}${line.intent ? ` (of line ${line.intent})` : ''}${line.count > 1 ? ` × ${line.count}` : ''}`],
    ['From', line => line.source ?? '–'],
  ]} />`;
}
