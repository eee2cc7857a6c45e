// What operators did, and who was turned away.
import { html } from '../vendor/htm-preact.js';
import { get, query, usePages } from '../api.js';
import { number } from '../format.js';
import { Listing, Said, SearchForm, Time } from '../ui.js';

const fields = [['actor', 'Who'], ['action', 'Action', { placeholder: 'retryFulfilment' }]];

export const Audit = ({ values }) => html`
  <h1>Audit</h1>
  <${SearchForm} label="Search the audit" page="audit" values=${values} fields=${fields} />
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
