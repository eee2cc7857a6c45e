// Dead letters: events that a consumer could not take. Looked at, repaired, and their streams taken up again.
import { html, useState } from '../vendor/htm-preact.js';
import { get, may, newKey, post, query, useLoad, usePages } from '../api.js';
import { json, number } from '../format.js';
import { linkTo } from '../route.js';
import { Badge, Empty, Facts, Field, Listing, Loading, OrderLink, Payload, Problem, ReasonDialog, Said, Time } from '../ui.js';

const states = ['open', 'parked', 'replay-requested', 'replayed'];

export const Letters = ({ id, values }) => id ? html`<${Letter} key=${id} id=${id} />` : html`<${List} values=${values} />`;

function List({ values }) {
  const state = values.state ?? 'open';
  return html`
    <h1>Dead letters</h1>
    <nav class="tabs" aria-label="State">${states.map(one => html`<a href=${linkTo('dead-letters', null, { ...values, state: one })} aria-current=${one === state ? 'true' : undefined}>${one.replace('-', ' ')}</a>`)}</nav>
    ${(values.consumer || values.stream) && html`<p>Of <bdi>${values.consumer ?? values.stream}</bdi> only. <a href=${linkTo('dead-letters', null, { state })}>Of all</a></p>`}
    <${Rows} key=${JSON.stringify(values)} state=${state} consumer=${values.consumer} stream=${values.stream} />`;
}

function Rows({ state, consumer, stream }) {
  const pages = usePages((cursor, signal) => get(`/v1/dead-letters${query({ state, consumer, stream, cursor, limit: 50 })}`, signal), []);
  const [asked, setAsked] = useState(false);
  const [said, setSaid] = useState('');
  const close = result => {
    setAsked(false);
    if (!result) return;
    setSaid(`${number(result.matched)} taken up: ${number(result.replayed)} replayed, ${number(result.requested)} requested, ${number(result.stillParked)} still parked.`);
    pages.reload();
  };
  return html`
    <p class="done" role="status">${said}</p>
    ${pages.items?.length > 0 && may('ops:act') && state !== 'replayed' && html`<p><button onClick=${() => setAsked(true)}>Replay all open …</button></p>`}
    <${Listing} pages=${pages} what="dead letters" empty="None: every consumer could take every event." caption=${`Dead letters, ${state}`} keyOf=${letter => letter.id} columns=${[
      ['Event', letter => html`<a href=${linkTo('dead-letters', letter.id)}>${letter.type}</a>`], ['Stream', letter => html`<code><bdi>${letter.stream}</bdi></code> v${letter.version}`],
      ['Consumer', letter => letter.consumer], ['State', letter => html`<${Badge} value=${letter.state} />`], ['Cause', letter => html`<${Said} text=${letter.cause} />`],
      ['Wait behind it', letter => number(letter.waiting), 'number'], ['Parked', letter => html`<${Time} at=${letter.parkedAt} />`],
    ]} />
    ${asked && html`<${ReasonDialog} title="Replay all open letters" verb="Replay" onClose=${close}
      explanation=${`Takes every parked stream${consumer || stream ? ` of ${consumer ?? stream}` : ''} up again, oldest first, up to 500 at a time.`}
      act=${reason => post('/v1/dead-letters/replay', { reason, consumer, stream })} />`}`;
}

function Letter({ id }) {
  const { data, problem, loading, reload } = useLoad(signal => get(`/v1/dead-letters/${encodeURIComponent(id)}`, signal), [id], { every: 5000 });
  const [asked, setAsked] = useState(null);
  const [said, setSaid] = useState('');
  const close = text => result => {
    setAsked(null);
    if (result) setSaid(text(result));
    reload();
  };
  if (!data) return html`<h1>Dead letter</h1><${Problem} problem=${problem} onRetry=${reload} />${loading && html`<${Loading} what="the letter" />`}`;
  const { letter } = data;
  const [kind, ...rest] = letter.stream.split('-');
  return html`
    <h1>Dead letter: ${letter.type}</h1>
    <${Problem} problem=${problem} onRetry=${reload} />
    <p class="done" role="status">${said}</p>
    <section class="card">
      <p><strong>${letter.consumer}</strong> could not take this event: <${Said} text=${letter.cause} /></p>
      <${Facts} facts=${[
        ['State', html`<${Badge} value=${letter.state} />`], ['Stream', html`<code><bdi>${letter.stream}</bdi></code>, version ${letter.version}`],
        ['Position', number(letter.position)], ['Attempts', number(letter.attempts)], ['Wait behind it', number(letter.waiting)], ['Parked', html`<${Time} at=${letter.parkedAt} />`],
        letter.replayedAt && ['Replayed', html`<${Time} at=${letter.replayedAt} />`], kind !== 'stock' && kind !== 'customer' && ['Order', html`<${OrderLink} id=${rest.join('-')} />`],
      ]} />
      ${may('ops:act') && letter.state !== 'replayed' && html`<p class="actions">
        <button onClick=${() => setAsked({ name: 'repair', key: newKey() })}>Repair …</button>
        <button onClick=${() => setAsked({ name: 'dry', key: newKey() })}>Try a replay …</button>
        <button class="primary" onClick=${() => setAsked({ name: 'replay', key: newKey() })}>Replay …</button></p>`}
    </section>
    <div class="columns">
      <section class="card"><h2>As it is stored</h2><${Payload} value=${data.data} /><h3>Metadata</h3><${Payload} value=${data.metadata} /></section>
      <section class="card"><h2>What is read in its place</h2>
        ${data.repair ? html`<p>Repair ${data.repair.number} by <bdi>${data.repair.actor}</bdi>, <${Time} at=${data.repair.at} />: <${Said} text=${data.repair.reason} /></p><p><code>${data.repairType}</code></p><${Payload} value=${data.repairData} />` : html`<${Empty}>It was not repaired.<//>`}
        <h2>What was done</h2>
        ${data.actions.length === 0 ? html`<${Empty}>Nothing yet.<//>` : html`<ol class="feed">${data.actions.map(action => html`<li>${action.action} by <bdi>${action.actor}</bdi>, <${Time} at=${action.at} />: <${Said} text=${action.reason} /> → ${action.outcome}</li>`)}</ol>`}
      </section>
    </div>
    ${asked?.name === 'repair' && html`<${RepairDialog} id=${id} letter=${data} idempotencyKey=${asked.key} onClose=${close(result => `Repair ${result.number} is written down. Replay the letter to use it.`)} />`}
    ${asked && asked.name !== 'repair' && html`<${ReasonDialog} title=${asked.name === 'dry' ? 'Try a replay' : 'Replay'} verb=${asked.name === 'dry' ? 'Try' : 'Replay'}
      explanation=${asked.name === 'dry' ? 'Says what would happen, and changes nothing.' : 'The stream is taken up again where it is parked.'}
      act=${reason => post(`/v1/dead-letters/${encodeURIComponent(id)}/replay`, { reason, dryRun: asked.name === 'dry' }, { key: asked.key })}
      onClose=${close(result => `${result.outcome.replaceAll('-', ' ')}: ${number(result.events)} events, ${number(result.rows)} rows. ${result.cause ?? ''}`)} />`}`;
}

function RepairDialog({ id, letter, idempotencyKey, onClose }) {
  const [type, setType] = useState(letter.repairType ?? letter.letter.type);
  const [text, setText] = useState(json(letter.repairData ?? letter.data));
  const act = reason => {
    let data;
    try {
      data = JSON.parse(text);
    } catch (failure) {
      throw Object.assign(new Error(), { title: 'The data is not JSON', code: 'malformed-json', detail: failure.message });
    }
    return post(`/v1/dead-letters/${encodeURIComponent(id)}/repair`, { type, data, reason }, { key: idempotencyKey });
  };
  return html`<${ReasonDialog} title="Repair the event" verb="Write down the repair" onClose=${onClose} act=${async reason => act(reason)}
    explanation="Says what is read in place of the event from now on. The log itself stays as it is.">
    <${Field} label="Event type"><input required value=${type} onInput=${event => setType(event.target.value)} spellcheck="false" /><//>
    <${Field} label="Data, as JSON"><textarea class="code" rows="12" required spellcheck="false" value=${text} onInput=${event => setText(event.target.value)}></textarea><//>
  <//>`;
}
