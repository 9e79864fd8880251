/**
 * Whom alerts reach: mail and PagerDuty are made here; a Slack channel is made by hand in the console, where Slack asks a
 * person for consent, and named in the settings. Found by their display names.
 */
import { type Command, gcloud, type Input, type Run } from '../command.ts';
import { lookAt, type Step } from '../converge.ts';
import type { Environment } from '../environment.ts';

interface Channel {
  readonly displayName: string;
  readonly step?: Step;
}

export function channelsOf(env: Environment): Channel[] {
  const { project, channels } = env;
  const displayName = (kind: string, place: number) => `easel-${kind}-${place + 1}`;
  return [
    ...channels.email.map((email, place) => {
      const name = displayName('mail', place);
      const text = JSON.stringify({ type: 'email', displayName: name, labels: { email_address: email } }, null, 2);
      const file = { path: `${name}.json`, text };
      const flags = { project, 'channel-content-from-file': file.path };
      return {
        displayName: name,
        step: { title: `channel ${name}`, ...found(env, name), make: [create(flags, { files: [file] })] },
      };
    }),
    ...channels.pagerDuty.map((secret, place) => {
      const name = displayName('pagerduty', place);
      const flags = { project, 'channel-content-from-file': '-' };
      const input = pagerDuty(project, { name, secret });
      return {
        displayName: name,
        step: { title: `channel ${name}`, ...found(env, name), make: [create(flags, { input })] },
      };
    }),
    ...channels.slack.map(name => ({ displayName: name })),
  ];
}

const create = (flags: { [name: string]: string }, more: Pick<Command, 'files' | 'input'>) =>
  gcloud('beta monitoring channels create', flags, more);

function found(env: Environment, name: string): Pick<Step, 'look' | 'holds'> {
  return { look: lookForChannel(env, name), holds: list => (list as unknown[]).length > 0 };
}

export function lookForChannel({ project }: Environment, displayName: string): Command {
  return gcloud('beta monitoring channels list', { project, filter: `displayName="${displayName}"`, format: 'json' });
}

/** Full names, as policies want them. Throws when one that was to be made by hand is not there. */
export async function channelNames(env: Environment, run: Run): Promise<string[]> {
  const names: string[] = [];
  for (const { displayName } of channelsOf(env)) {
    const list = ((await lookAt(lookForChannel(env, displayName), run)) ?? []) as { name: string }[];
    const [first] = list;
    if (!first)
      throw new Error(`There is no notification channel ${displayName}: make it in the console of Monitoring.`);
    names.push(first.name);
  }
  return names;
}

/** The key goes from Secret Manager into the channel, past every file and argument. */
function pagerDuty(project: string, { name, secret }: { name: string; secret: string }): Input {
  const access = gcloud('secrets versions access latest', { project, secret });
  const channel = (key: string) =>
    JSON.stringify({ type: 'pagerduty', displayName: name, labels: {}, sensitiveLabels: { serviceKey: key } });
  return {
    shown: `gcloud ${access.args.join(' ')} | jq --raw-input '${channel('KEY').replace('"KEY"', '.')}'`,
    async make(run) {
      const { code, stdout, stderr } = await run(access);
      if (code !== 0) throw new Error(`The key of PagerDuty cannot be read: ${stderr}`);
      return channel(stdout.trim());
    },
  };
}
