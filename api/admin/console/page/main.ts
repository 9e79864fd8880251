/**
 * The console. Signed in or not is all that is decided here; `shell.ts` shows the rest.
 */
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Session } from './answers.ts';
import { ApiProblem, call, whenSignedOut } from './api.ts';
import { html } from './html.ts';
import { ProblemNote } from './parts.ts';
import { Shell } from './shell.ts';
import { SignIn } from './sign-in.ts';

type State = 'asking' | 'signed out' | ApiProblem | Session;

function Console() {
  const [state, setState] = useState<State>('asking');
  const ask = async () => {
    try {
      setState(await call<Session>('GET session'));
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setState(error.status === 401 ? 'signed out' : error);
    }
  };
  useEffect(() => {
    whenSignedOut(() => setState('signed out'));
    void ask();
  }, []);

  if (state === 'asking') return html`<p class="faint loading">Loading …</p>`;
  if (state === 'signed out') return html`<${SignIn} onSignedIn=${setState} />`;
  if (state instanceof ApiProblem) {
    return html`<main class="alone"><${ProblemNote} problem=${state} /><button type="button" onClick=${ask}>Try again</button></main>`;
  }
  return html`<${Shell} session=${state} onSignedOut=${() => setState('signed out')} />`;
}

const root = document.getElementById('console');
if (root) {
  root.replaceChildren();
  render(html`<${Console} />`, root);
}
