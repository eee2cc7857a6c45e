// What did not get through. Dead letters: events that a consumer could not take, their repair and replay. Webhooks: who is told of
// events by HTTP, what became of each delivery, and sending it again.
import { html, useEffect, useState } from '../vendor/htm-preact.js';
import { get, may, newKey, post, query, useLoad, usePages } from '../api.js';
import { json, number } from '../format.js';
import { linkTo } from '../route.js';
import { Actions, Badge, Empty, Facts, Field, Listing, Loading, OrderLink, Payload, Problem, ReasonDialog, Said, Table, Tabs, Time } from '../ui.js';

const states = ['open', 'parked', 'replay-requested', 'replayed'];

export const Letters = ({ id, values }) => id ? html`<${Letter} key=${id} id=${id} />` : html`<${List} values=${values} />`;

function List({ values }) {
  const state = values.state ?? 'open';
  return html`
    <h1>Dead letters</h1>
    <${Tabs} label="State" page="dead-letters" values=${values} name="state" all=${states} chosen=${state} />
    ${(values.consumer || values.stream) && html`<p>Of <bdi>${values.consumer ?? values.stream}</bdi> only. <a href=${linkTo('dead-letters', null, { state })}>Of all</a></p>`}
    <${Rows} key=${JSON.stringify(values)} state=${state} consumer=${values.consumer} stream=${values.stream} />`;
}

function Rows({ state, consumer, stream }) {
  const pages = usePages((cursor, signal) => get(`/v1/dead-letters${query({ state, consumer, stream, cursor, limit: 50 })}`, signal), []);
  const [said, setSaid] = useState('');
  const done = text => { setSaid(text); pages.reload(); };
  return html`
    <p class="done" role="status">${said}</p>
    ${pages.items?.length > 0 && state !== 'replayed' && html`<${Actions} onDone=${done} actions=${[{
      title: 'Replay all open …', verb: 'Replay', act: (reason, key) => post('/v1/dead-letters/replay', { reason, consumer, stream }, { key }),
      explanation: `Takes every parked stream${consumer || stream ? ` of ${consumer ?? stream}` : ''} up again, oldest first, up to 500 at a time.`,
      say: result => `${number(result.matched)} taken up: ${number(result.replayed)} replayed, ${number(result.requested)} requested, ${number(result.stillParked)} still parked.`,
    }]} />`}
    <${Listing} pages=${pages} what="dead letters" empty="None: every consumer could take every event." caption=${`Dead letters, ${state}`} keyOf=${letter => letter.id} columns=${[
      ['Event', letter => html`<a href=${linkTo('dead-letters', letter.id)}>${letter.type}</a>`], ['Stream', letter => html`<code><bdi>${letter.stream}</bdi></code> v${letter.version}`],
      ['Consumer', letter => letter.consumer], ['State', letter => html`<${Badge} value=${letter.state} />`], ['Cause', letter => html`<${Said} text=${letter.cause} />`],
      ['Wait behind it', letter => number(letter.waiting), 'number'], ['Parked', letter => html`<${Time} at=${letter.parkedAt} />`],
    ]} />`;
}

function Letter({ id }) {
  const { data, problem, loading, reload } = useLoad(signal => get(`/v1/dead-letters/${encodeURIComponent(id)}`, signal), [id], { every: 5000 });
  const [asked, setAsked] = useState(null);
  const [said, setSaid] = useState('');
  const done = text => { setSaid(text); reload(); };
  const close = result => {
    setAsked(null);
    if (result) done(`Repair ${result.number} is written down. Replay the letter to use it.`);
  };
  const replay = (title, verb, dryRun, explanation) => ({
    title, verb, explanation, act: (reason, key) => post(`/v1/dead-letters/${encodeURIComponent(id)}/replay`, { reason, dryRun }, { key }),
    say: result => `${result.outcome.replaceAll('-', ' ')}: ${number(result.events)} events, ${number(result.rows)} rows. ${result.cause ?? ''}`,
  });
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
        <button onClick=${() => setAsked(newKey())}>Repair …</button>
        <${Actions} onDone=${done} actions=${[
          replay('Try a replay …', 'Try', true, 'Says what would happen, and changes nothing.'), replay('Replay …', 'Replay', false, 'The stream is taken up again where it is parked.'),
        ]} /></p>`}
    </section>
    <div class="columns">
      <section class="card"><h2>As it is stored</h2><${Payload} value=${data.data} /><h3>Metadata</h3><${Payload} value=${data.metadata} /></section>
      <section class="card"><h2>What is read in its place</h2>
        ${data.repair ? html`<p>Repair ${data.repair.number} by <bdi>${data.repair.actor}</bdi>, <${Time} at=${data.repair.at} />: <${Said} text=${data.repair.reason} /></p><p><code>${data.repairType}</code></p><${Payload} value=${data.repairData} />` : html`<${Empty}>It was not repaired.<//>`}
        <h2>What was done</h2>
        ${data.actions.length === 0 ? html`<${Empty}>Nothing yet.<//>` : html`<ol class="feed">${data.actions.map(action => html`<li>${action.action} by <bdi>${action.actor}</bdi>, <${Time} at=${action.at} />: <${Said} text=${action.reason} /> → ${action.outcome}</li>`)}</ol>`}
      </section>
    </div>
    ${asked && html`<${RepairDialog} id=${id} letter=${data} idempotencyKey=${asked} onClose=${close} />`}`;
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

const statuses = ['pending', 'failed', 'delivered'];

export const Webhooks = ({ id, values }) => id ? html`<${Webhook} key=${id} id=${id} values=${values} />` : html`<h1>Webhooks</h1><${Subscriptions} />`;

function Subscriptions() {
  const pages = usePages((cursor, signal) => get('/v1/webhooks', signal), []);
  return html`<${Listing} pages=${pages} what="webhooks" empty="Nobody is told of events by HTTP." caption="Webhooks" keyOf=${row => row.id} columns=${[
    ['Address', row => html`<a href=${linkTo('webhooks', row.id)}><bdi>${row.url}</bdi></a>`], ['State', State],
    ['Events', row => row.eventTypes.join(', ') || 'all'], ['Pending', row => number(row.pending), 'number'], ['Failed', row => number(row.failed), 'number'],
  ]} />`;
}

const State = ({ enabled, disabledReason, failingSince }) => enabled
  ? failingSince ? html`<${Badge} value="failing" /> since <${Time} at=${failingSince} />` : html`<${Badge} value="live" />`
  : html`<${Badge} value="disabled" /> ${disabledReason}`;

function Webhook({ id, values }) {
  const path = `/v1/webhooks/${encodeURIComponent(id)}`, status = values.status ?? 'pending';
  const { data, problem, reload } = useLoad(signal => get(path, signal), [], { every: 3000 });
  const [said, setSaid] = useState('');
  const done = text => { setSaid(text); reload(); };
  return html`
    <h1>Webhook <bdi>${data?.url}</bdi></h1>
    <${Problem} problem=${problem} onRetry=${reload} />
    <p class="done" role="status">${said}</p>
    ${data && html`<${Facts} facts=${[
      ['State', html`<${State} ...${data} />`], ['Events', data.eventTypes.join(', ') || 'all'], ['Pending', number(data.pending)], ['Failed', number(data.failed)],
      data.description && ['About', html`<${Said} text=${data.description} />`],
    ]} />
    ${data.failed > 0 && html`<${Actions} onDone=${done} actions=${[{
      title: 'Send failed again …', verb: 'Send', explanation: 'All that failed is sent again, up to 10,000 at a time.',
      act: (reason, key) => post(`${path}/resend`, { since: data.createdAt, reason }, { key }), say: result => `${number(result.resent)} are sent again.`,
    }]} />`}`}
    ${values.delivery && html`<${Delivery} key=${values.delivery} path=${`${path}/deliveries/${encodeURIComponent(values.delivery)}`} onDone=${done} />`}
    <${Tabs} label="Status" page="webhooks" id=${id} name="status" all=${statuses} chosen=${status} />
    <${Deliveries} key=${status} id=${id} path=${path} status=${status} counts=${data && `${data.pending} ${data.failed} ${said}`} />`;
}

function Deliveries({ id, path, status, counts }) {
  const pages = usePages((cursor, signal) => get(`${path}/deliveries${query({ status, cursor, limit: 50 })}`, signal), []);
  useEffect(() => { pages.reload(); }, [counts]);
  return html`<${Listing} pages=${pages} what="deliveries" empty=${`None is ${status}.`} caption=${`Deliveries, ${status}`} keyOf=${row => row.id} columns=${[
    ['Event', row => html`<a href=${linkTo('webhooks', id, { status, delivery: row.id })}>${row.type}</a>`], ['Order', row => row.orderId ? html`<${OrderLink} id=${row.orderId} />` : '–'],
    ['Attempts', row => number(row.attempts), 'number'], ['Last', row => answer(row)], ['Next', row => html`<${Time} at=${row.dueAt} />`],
  ]} />`;
}

const answer = ({ statusCode, error }) => [statusCode, error].filter(Boolean).join(' ') || '–';

function Delivery({ path, onDone }) {
  const { data, problem, reload } = useLoad(signal => get(path, signal), [], { every: 3000 });
  return html`<section class="card"><h2>${data?.delivery.type} ${data && html`<${Badge} value=${data.delivery.status} />`}</h2>
    <${Problem} problem=${problem} onRetry=${reload} />
    ${data && html`<p>Event <code>${data.delivery.eventId}</code></p>
    <${Table} caption="Attempts" rows=${data.attempts} columns=${[
      ['Attempt', row => row.number, 'number'], ['When', row => html`<${Time} at=${row.at} />`], ['Took', row => `${number(row.milliseconds)} ms`, 'number'],
      ['Answer', answer], ['Said', row => html`<${Said} text=${row.reply} />`],
    ]} />
    <${Actions} onDone=${text => { reload(); onDone(text); }} actions=${[{
      title: 'Send again …', verb: 'Send', explanation: 'It is sent again, whatever became of it, under the same event id.',
      act: (reason, key) => post(`${path}/resend`, { reason }, { key }), say: () => 'It is sent again.',
    }]} />`}
  </section>`;
}
