/**
 * The Files API of the batch double: an upload begins with what is to come, is sent in pieces to an address of its own,
 * and is a file when the last piece says so.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { type Refused, refuse } from '../gemini/requests.ts';
import type { Reply } from '../gemini-batch.ts';

interface Upload {
  readonly displayName: string;
  readonly bytes: number;
  content: Buffer;
}

export type Files = ReturnType<typeof createFiles>;

export function createFiles() {
  const files = new Map<string, Buffer>();
  const uploads = new Map<string, Upload>();
  let number = 0;
  const add = (content: Buffer): string => {
    const name = `files/double${++number}`;
    files.set(name, content);
    return name;
  };

  return {
    add,
    content: (name: string) => files.get(name),
    names: () => [...files.keys()],
    drop: (name: string) => void files.delete(name),
    start(headers: IncomingHttpHeaders): Reply | Refused {
      if (headers['x-goog-upload-command'] !== 'start') return refuse(400, 'Expected an upload to start.');
      const id = `session${++number}`;
      uploads.set(id, {
        displayName: '',
        bytes: Number(headers['x-goog-upload-header-content-length']),
        content: Buffer.alloc(0),
      });
      return { body: '', headers: { 'x-goog-upload-url': `http://${headers.host}/upload/session/${id}` } };
    },
    upload(id: string, headers: IncomingHttpHeaders, piece: Buffer): Reply | Refused {
      const upload = uploads.get(id);
      if (!upload) return refuse(404, 'There is no such upload.');
      if (Number(headers['x-goog-upload-offset']) !== upload.content.length) return refuse(400, 'A piece is missing.');
      upload.content = Buffer.concat([upload.content, piece]);
      const last = /finalize/.test(String(headers['x-goog-upload-command']));
      if (!last) return { body: '', headers: { 'x-goog-upload-status': 'active' } };
      if (upload.content.length !== upload.bytes) return refuse(400, 'Not the size that was announced.');
      uploads.delete(id);
      const name = add(upload.content);
      return { body: JSON.stringify({ file: { name } }), headers: { 'x-goog-upload-status': 'final' } };
    },
    /** As Google answers for a file that is gone: it does not tell it from one of somebody else's. */
    download(id: string): Reply | Refused {
      const content = files.get(`files/${id}`);
      return content ? { body: content } : notTheirs(id);
    },
    delete(id: string): Reply | Refused {
      return files.delete(`files/${id}`) ? { body: '{}' } : notTheirs(id);
    },
  };
}

function notTheirs(id: string): Refused {
  return refuse(403, `You do not have permission to access the File ${id} or it may not exist.`);
}
