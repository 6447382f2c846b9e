import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

/** As its own guide says to put it before Node: `/app/` is taken off, and the headers of a proxy are set. */
const configuration = (dir: string, port: number, inner: number) => `
daemon off; pid ${dir}/pid; error_log ${dir}/error.log;
events {}
http {
  access_log off;
  client_body_temp_path ${dir}/body; proxy_temp_path ${dir}/proxy; fastcgi_temp_path ${dir}/fastcgi;
  uwsgi_temp_path ${dir}/uwsgi; scgi_temp_path ${dir}/scgi;
  server {
    listen 127.0.0.1:${port};
    location /app/ {
      proxy_pass http://127.0.0.1:${inner}/;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
    }
  }
}
`;

/** A real nginx in front of what listens on a port. Needs the command `nginx`, or NGINX_BIN. */
export async function startNginx(port: number, inner: number): Promise<{ stop(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), "factors-nginx-"));
  await writeFile(join(dir, "nginx.conf"), configuration(dir, port, inner));
  const command = process.env["NGINX_BIN"] ?? "nginx";
  const child = spawn(command, ["-e", join(dir, "error.log"), "-c", join(dir, "nginx.conf")], {
    stdio: "ignore",
  });
  const ended = endOf(child);
  const tooEarly = async () => {
    await ended;
    throw new Error("nginx ended before it listened");
  };
  await Promise.race([tooEarly(), listening(port)]);
  return {
    async stop() {
      child.kill("SIGTERM");
      await ended;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function endOf(child: ChildProcess): Promise<void> {
  try {
    await once(child, "exit");
  } catch (error) {
    throw new Error("this test needs nginx: apt-get install nginx-light", { cause: error });
  }
}

async function listening(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return;
    } catch {
      await wait(20);
    } finally {
      socket.destroy();
    }
  }
}
