/**
 * The way in: an admin key, sent once. It stays in no storage of the page; the browser keeps a cookie that scripts cannot
 * read.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Session } from './answers.ts';
import { ApiProblem, call } from './api.ts';
import { html } from './html.ts';
import { ProblemNote } from './parts.ts';

export function SignIn({ onSignedIn }: { onSignedIn: (session: Session) => void }) {
  const [problem, setProblem] = useState<ApiProblem>();
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    document.title = 'Sign in · Easel console';
    input.current?.focus();
  }, []);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const key = input.current?.value.trim() ?? '';
    setBusy(true);
    try {
      onSignedIn(await signIn(key));
    } catch (error) {
      setProblem(error instanceof ApiProblem ? error : new ApiProblem(0, 'internal', String(error)));
      setBusy(false);
      input.current?.select();
    }
  };

  return html`<main class="alone">
    <form class="card sign-in" onSubmit=${submit}>
      <h1><span class="brand">Easel</span> console</h1>
      <label for="key">Admin key</label>
      <input id="key" ref=${input} type="password" autocomplete="current-password" required spellcheck=${false} placeholder="ak_…" />
      <${ProblemNote} problem=${problem} />
      <button type="submit" class="primary" disabled=${busy}>Sign in</button>
      <p class="faint">On your own machine <code>npm start</code> writes it to <code>data/keys.json</code>. You stay signed in
        for twelve hours, or until the key is revoked.</p>
    </form>
  </main>`;
}

async function signIn(key: string): Promise<Session> {
  // A header takes no other characters, and no key has them.
  if (!/^ak_[\w-]+$/.test(key)) throw new ApiProblem(0, 'no admin key', 'An admin key begins with ak_.');
  try {
    return await call<Session>('POST session', { headers: { Authorization: `Bearer ${key}` } });
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) {
      throw new ApiProblem(401, error.code, 'There is no such key, or it is revoked.');
    }
    throw error;
  }
}
