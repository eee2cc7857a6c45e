// Read models: how far each is, and building one anew beside the table that is in use.
import { html, useState } from '../vendor/htm-preact.js';
import { get, may, post, useLoad } from '../api.js';
import { duration, number } from '../format.js';
import { Badge, Facts, Field, Loading, OrderLink, Problem, ReasonDialog, Time } from '../ui.js';

export function Projections() {
  const { data, problem, loading, reload } = useLoad(signal => get('/v1/projections', signal), [], { every: 1000 });
  const [asked, setAsked] = useState(null);
  return html`
    <h1>Projections</h1>
    <p class="faint">Everything that is listed and searched is folded from the log. A rebuild makes a second table beside the one in use, compares both, and then puts it in its place.</p>
    <${Problem} problem=${problem} onRetry=${reload} />
    ${!data && loading && html`<${Loading} what="projections" />`}
    <div class="cards">${data?.items.map(projection => html`<${One} key=${projection.name} projection=${projection} onRebuild=${() => setAsked(projection.name)} />`)}</div>
    ${asked && html`<${RebuildDialog} name=${asked} onClose=${() => { setAsked(null); reload(); }} />`}`;
}

const One = ({ projection, onRebuild }) => html`<section class="card" aria-label=${projection.name}>
  <header class="line"><h2>${projection.name}</h2> <${Badge} value=${projection.state} />
    ${may('ops:act') && html`<button onClick=${onRebuild}>Rebuild …</button>`}</header>
  ${projection.error && html`<p class="problem">${projection.error}</p>`}
  <${Facts} facts=${[
    ['Position', `${number(projection.position)} of ${number(projection.end)}`],
    ['Behind', projection.lagEvents ? `${number(projection.lagEvents)} events, ${duration(projection.lagSeconds)}` : 'nothing'],
    projection.oldestOrder && ['Waits first', html`<${OrderLink} id=${projection.oldestOrder} />`],
  ]} />
  ${projection.rebuild && html`<${Rebuild} rebuild=${projection.rebuild} />`}
</section>`;

const phases = {
  building: 'Building beside the table in use', comparing: 'Comparing both tables', switched: 'The new table is in use',
  refused: 'Not put in place: more rows differ than were allowed', failed: 'Failed; the table in use is as it was',
};

const Rebuild = ({ rebuild }) => html`<div class="rebuild">
  <h3>Rebuild <${Badge} value=${rebuild.phase} /></h3>
  <p>${phases[rebuild.phase] ?? rebuild.phase}${rebuild.detail ? `: ${rebuild.detail}` : ''}</p>
  ${['building', 'comparing'].includes(rebuild.phase) && html`<label>Progress <progress max=${Math.max(1, rebuild.end)} value=${rebuild.position}></progress> ${number(rebuild.position)} of ${number(rebuild.end)}</label>`}
  <${Facts} facts=${[
    ['Started', html`<${Time} at=${rebuild.startedAt} />`],
    rebuild.liveRows !== undefined && ['Rows in use', number(rebuild.liveRows)],
    rebuild.shadowRows !== undefined && ['Rows built anew', number(rebuild.shadowRows)],
    rebuild.differences !== undefined && ['Rows that differ', number(rebuild.differences)],
  ]} />
</div>`;

function RebuildDialog({ name, onClose }) {
  const [most, setMost] = useState('');
  const act = () => post(`/v1/projections/${encodeURIComponent(name)}/rebuild`, most === '' ? undefined : { maximumDifferences: Number(most) });
  return html`<${ReasonDialog} title=${`Rebuild ${name}`} verb="Start" asks=${false} act=${act} onClose=${onClose}
    explanation="Queries go on with the table in use until the new one is complete and compared.">
    <${Field} label="Most rows that may differ" hint="Above that, the new table is not put in place. Empty: any number.">
      <input type="number" min="0" step="1" value=${most} onInput=${event => setMost(event.target.value)} /><//>
  <//>`;
}
