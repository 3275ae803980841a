/** The browser's part: takes over the page that the server has drawn. */
import { hydrate } from 'preact';
import './style/fonts.css';
import './style/base.css';
import './style/frame.css';
import './style/ask.css';
import './style/answer.css';
import './style/lists.css';
import './icon.svg?url';
import { App } from './app.tsx';
import type { Page } from './contract.ts';
import { readHistory } from './history.ts';
import { startNavigation } from './navigate.ts';
import { watchTheme, watchTime } from './settings.ts';
import { createState } from './state.ts';

const root = document.getElementById('app');
const data = document.getElementById('data')?.textContent;
if (root && data) {
  const state = createState(JSON.parse(data) as Page);
  hydrate(<App state={state} />, root);
  // only now: the server knew neither, and what is taken over must look as it was drawn
  watchTheme(state);
  watchTime(state);
  state.history.value = readHistory();
  startNavigation(state);
  document.documentElement.dataset.ready = '';
}
