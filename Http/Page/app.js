// The shell: who asks of what server, where one is, whether the live stream holds.
import { html, render, useEffect, useRef, useState } from './vendor/htm-preact.js';
import { apiKey, keepApiKey, live, openSession, retryNow, session, startLive, stopLive } from './api.js';
import { useRoute } from './route.js';
import { Field, Loading, Problem } from './ui.js';
import { Fulfilments } from './views/fulfilments.js';
import { Home } from './views/home.js';
import { Letters, Webhooks } from './views/letters.js';
import { Order } from './views/order.js';
import { Projections } from './views/projections.js';
import { Audit, Search } from './views/search.js';

// So many positions back the first look begins, so that the curve does not start empty.
const lookBack = 2000;

const Orders = route => route.id ? html`<${Order} key=${route.id} ...${route} />` : html`<${Search} key=${JSON.stringify(route.values)} ...${route} />`;

const Records = route => html`<${Audit} key=${JSON.stringify(route.values)} ...${route} />`;

const pages = [
  ['home', 'Home', Home], ['orders', 'Orders', Orders],
  ['fulfilments', 'Fulfilments', Fulfilments], ['projections', 'Projections', Projections], ['dead-letters', 'Dead letters', Letters], ['webhooks', 'Webhooks', Webhooks], ['audit', 'Audit', Records],
];

function useStore(store) {
  const [value, setValue] = useState(store.get);
  useEffect(() => store.on(setValue), []);
  return value;
}

function App() {
  const { environment, problem } = useStore(session);
  const route = useRoute();
  const main = useRef(null);
  useEffect(() => { openSession(); }, []);
  useEffect(() => {
    if (!environment) return stopLive();
    startLive(Math.max(0, environment.position - lookBack));
  }, [environment === null]);
  const [, title, Page] = pages.find(([name]) => name === route.name) ?? [null, 'Not found', NotFound];
  const isFirst = useRef(true);
  useEffect(() => {
    document.title = `${route.id ? `${route.id} · ` : ''}${title} · OrleansOrders`;
    if (!isFirst.current) main.current?.focus();
    isFirst.current = false;
  }, [route.name, route.id]);
  return html`
    <button class="skip" onClick=${() => main.current.focus()}>Skip to the content</button>
    <${Top} environment=${environment} current=${route.name} />
    ${environment && html`<${Connection} />`}
    <main ref=${main} tabindex="-1" aria-label=${title}>
      ${environment ? html`<${Page} ...${route} />` : problem ? html`<${SignIn} problem=${problem} />` : html`<${Loading} what="the server's name" />`}
    </main>`;
}

const Top = ({ environment, current }) => html`<header class="top">
  <a class="name" href="#/"><img src=${new URL('icon.svg', import.meta.url)} alt="" width="20" height="20" /> OrleansOrders</a>
  <nav aria-label="Pages">${pages.map(([name, title]) => html`<a href=${`#/${name === 'home' ? '' : name}`} aria-current=${name === current ? 'page' : undefined}>${title}</a>`)}</nav>
  ${environment && html`<p class="environment">
    ${environment.environment && html`<strong class="place"><bdi>${environment.environment}</bdi></strong>`}
    <span>${environment.edition} ${environment.version}</span> <span>tenant <bdi>${environment.tenant}</bdi></span> <${LiveLight} />
    ${apiKey() && html`<button class="quiet" onClick=${() => { keepApiKey(''); openSession(); location.reload(); }}>Sign out</button>`}
  </p>`}
</header>`;

function LiveLight() {
  const { status } = useStore(live);
  return html`<span class=${`light ${status}`} role="status">${{ live: 'live', connecting: 'connecting', refused: 'not live', broken: 'not live' }[status]}</span>`;
}

// Says when what is shown may be old, and why.
function Connection() {
  const { status, problem, retryAt } = useStore(live);
  const [, tick] = useState(0);
  useEffect(() => {
    if (status !== 'broken') return undefined;
    const timer = setInterval(() => tick(count => count + 1), 1000);
    return () => clearInterval(timer);
  }, [status]);
  if (status === 'refused') return html`<p class="banner" role="status">This key may not follow events live: ${problem.detail}</p>`;
  if (status !== 'broken') return null;
  const seconds = Math.max(0, Math.ceil((retryAt - Date.now()) / 1000));
  return html`<p class="banner" role="alert">The live connection is broken; what you see may be old. ${problem?.detail}
    <span aria-hidden="true">Next attempt ${seconds ? `in ${seconds} s` : 'now'}.</span> <button onClick=${retryNow}>Try now</button></p>`;
}

function SignIn({ problem }) {
  const [key, setKey] = useState('');
  const submit = event => {
    event.preventDefault();
    keepApiKey(key.trim());
    openSession();
  };
  if (problem.status !== 401 && problem.status !== 403) return html`<${Problem} problem=${problem} onRetry=${openSession} />`;
  return html`<form class="card narrow" onSubmit=${submit}>
    <h1>Who are you?</h1>
    <p>This server wants a key, as <code>orders keys create</code> makes it. It stays in this tab and is gone when the tab is closed.</p>
    ${apiKey() && html`<${Problem} problem=${problem} />`}
    <${Field} label="Key or token"><input type="password" autocomplete="off" spellcheck="false" required value=${key} onInput=${event => setKey(event.target.value)} /><//>
    <p class="actions"><button class="primary">Go on</button></p>
  </form>`;
}

const NotFound = () => html`<h1>There is no such page</h1><p>The address says something that this page does not know. <a href="#/">Home</a></p>`;

render(html`<${App} />`, document.getElementById('app'));
