/**
 * Who may do what: one role of one account on the narrowest thing that it is needed for. Each grant is looked up in the
 * policy before it is made.
 */
import { type Command, type Flags, gcloud } from '../command.ts';
import type { Found, Step } from '../converge.ts';

/** `words` is the group of commands and the resource, such as `tasks queues` and `easel-bulk`. */
export interface Resource {
  readonly group: string;
  readonly id: string;
  readonly flags?: Flags;
  readonly title: string;
}

export interface Grant {
  /** Such as `serviceAccount:easel-api@….iam.gserviceaccount.com`. */
  readonly member: string;
  readonly role: string;
}

interface Policy {
  readonly bindings?: readonly { readonly role: string; readonly members?: readonly string[] }[];
}

export function grant({ group, id, flags = {}, title }: Resource, { member, role }: Grant): Step {
  const look = gcloud(`${group} get-iam-policy ${id}`, { ...flags, format: 'json' });
  // Asked for a condition, gcloud would wait for an answer; there is none.
  const condition = group === 'projects' ? { condition: 'None' } : {};
  const make: Command = gcloud(`${group} add-iam-policy-binding ${id}`, { ...flags, member, role, ...condition });
  return {
    title: `${shortOf(member)} may ${role.replace(/^(roles|projects\/[^/]+\/roles)\//, '')} on ${title}`,
    look,
    holds: found => isGranted(found, { member, role }),
    make: [make],
  };
}

export function isGranted(found: Found, { member, role }: Grant): boolean {
  const { bindings = [] } = found as Policy;
  return bindings.some(binding => binding.role === role && (binding.members ?? []).includes(member));
}

export const account = (email: string): string => `serviceAccount:${email}`;

function shortOf(member: string): string {
  return member.replace(/^\w+:/, '').replace(/@.*/, '');
}
