// Finding an order: by words, customer, status and date; an id that is known leads straight there.
import { html } from '../vendor/htm-preact.js';
import { get, query, usePages } from '../api.js';
import { money } from '../format.js';
import { linkTo } from '../route.js';
import { Badge, Field, Listing, OrderLink, SearchForm, Time } from '../ui.js';

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
