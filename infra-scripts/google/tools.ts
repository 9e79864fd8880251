/** The tools of this folder, in the order in which a new environment meets them. */
import { deploy } from './deploy.ts';
import { monitoring } from './monitoring.ts';
import { setup } from './setup.ts';
import type { Tool } from './tool.ts';

export const TOOLS: readonly Tool[] = [setup, deploy, monitoring];
