/** Draws the first sight of a page on the server, so that it is there at once and without script too. */
import { render as renderToString } from 'preact-render-to-string';
import { App } from './app.tsx';
import type { ConsoleServer } from './contract.ts';
import { createState, titleOf } from './state.ts';

/** Gives the HTML of the body and what the browser goes on from. */
export const render: ConsoleServer['render'] = (page) => ({
  html: renderToString(<App state={createState(page)} />),
  // inside a script element only `<` matters, and it stands for itself when escaped
  data: JSON.stringify(page).replaceAll('<', '\\u003c'),
  title: titleOf(page.view),
});

export { viewAt } from './views.ts';
