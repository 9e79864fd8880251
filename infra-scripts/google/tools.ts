/** The tools of this folder, in the order in which a new environment meets them. */
import { backup } from './backup.ts';
import { deploy } from './deploy.ts';
import { monitoring } from './monitoring.ts';
import { setup } from './setup.ts';
import { teardown } from './teardown.ts';
import type { Tool } from './tool.ts';

export const TOOLS: readonly Tool[] = [setup, deploy, monitoring, backup, teardown];
