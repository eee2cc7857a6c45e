// Fulfilments, and the desk for those that a person must decide.
import { html, useEffect, useState } from '../vendor/htm-preact.js';
import { get, onLive, post, query, usePages } from '../api.js';
import { Actions, Ago, Badge, Listing, OrderLink, Said, Tabs, Time } from '../ui.js';
import { words } from '../format.js';

const statuses = ['parked', 'running', 'compensating', 'completed', 'compensated'];

const actions = [
  { name: 'retry', title: 'Try again', explanation: 'The step it is parked at is tried again now.', statuses: ['parked', 'running'] },
  { name: 'skip', title: 'Skip the step', explanation: 'Goes on as if the parked step of the compensation were done. Do by hand what it would have done.', statuses: ['parked'] },
  { name: 'compensate', title: 'Undo everything', explanation: 'Gives the money back, releases the stock, and cancels the order.', statuses: ['parked', 'running'] },
];

export function Fulfilments({ values }) {
  const status = values.status ?? 'parked';
  return html`
    <h1>Fulfilments</h1>
    <${Tabs} label="Status" page="fulfilments" name="status" all=${statuses} chosen=${status} />
    <${Board} key=${status} status=${status} />`;
}

function Board({ status }) {
  const pages = usePages((cursor, signal) => get(`/v1/fulfilments${query({ status, cursor, limit: 50 })}`, signal), []);
  const [said, setSaid] = useState('');
  useLiveReload(({ streamType }) => streamType === 'fulfilment', pages.reload);
  const done = text => {
    setSaid(text);
    pages.reload();
  };
  return html`
    <p class="done" role="status">${said}</p>
    <${Listing} pages=${pages} what="fulfilments" empty=${`None is ${status}.`} caption=${`Fulfilments that are ${status}`} keyOf=${row => row.orderId} columns=${[
      ['Order', row => html`<${OrderLink} id=${row.orderId} />`], ['Status', row => html`<${Badge} value=${row.status} />`],
      ['Step', row => row.step ? `${words(row.step)}, attempt ${row.attempts}` : '–'], ['Why', row => html`<${Said} text=${row.reason ?? '–'} />`],
      ['Waits for', row => row.owner ?? (row.wakeAt ? html`<${Time} at=${row.wakeAt} />` : '–')], ['Since', row => html`<${Ago} at=${row.updatedAt} />`],
      ['', row => html`<${Desk} fulfilment=${row} onDone=${done} />`],
    ]} />`;
}

// What a person may do about one fulfilment.
export const Desk = ({ fulfilment: { orderId, status, version }, onDone }) => html`<${Actions} about=${orderId} onDone=${onDone}
  actions=${actions.filter(action => action.statuses.includes(status)).map(({ name, title, explanation }) => ({
    title, explanation, act: (reason, key) => post(`/v1/fulfilments/${encodeURIComponent(orderId)}/${name}`, { reason }, { key, version }),
    say: result => `Fulfilment of ${orderId}: ${title.toLowerCase()} is done; it is ${result.status} now.`,
  }))} />`;

// Loads again a moment after something of interest has happened, however much that was.
export function useLiveReload(isMeant, reload, pause = 400) {
  useEffect(() => {
    let timer = 0;
    const stop = onLive(({ name, data }) => {
      if (name === 'hello' || (name === '' && !isMeant(data)) || timer) return;
      timer = setTimeout(() => { timer = 0; reload(); }, pause);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [reload]);
}
