"""nginx with its DAV module and Debian's extension for PROPFIND: what files on a disk without any rights cost."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from bench.processes import CannotMeasure, Program
from bench.servers.base import Server

EXTENSION = Path("/usr/lib/nginx/modules/ngx_http_dav_ext_module.so")
CONFIGURATION = """daemon off; pid {home}/pid; error_log {home}/error.log; {user}
worker_processes 2;
load_module {extension};
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; client_max_body_size 0;
  client_body_temp_path {home}/body; proxy_temp_path {home}/t1; fastcgi_temp_path {home}/t2;
  uwsgi_temp_path {home}/t3; scgi_temp_path {home}/t4;
  server {{
    listen 127.0.0.1:{port};
    location / {{ root {home}/files; dav_methods PUT DELETE MKCOL COPY MOVE; dav_ext_methods PROPFIND OPTIONS; }}
  }}
}}
"""


class Nginx(Server):
    """Neither asks who you are nor makes anything durable."""

    name = "nginx"

    def start(self) -> None:
        program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
        if program is None or not EXTENSION.exists():
            raise CannotMeasure("nginx with its DAV modules is not installed (nginx, libnginx-mod-http-dav-ext)")
        (self.home / "files").mkdir()
        configuration = self.home / "nginx.conf"
        configuration.write_text(
            CONFIGURATION.format(
                home=self.home, port=self.port, extension=EXTENSION, user="user root;" if os.geteuid() == 0 else ""
            )
        )
        self.program = Program([program, "-c", configuration, "-e", self.home / "error.log"], self.home / "log")
        self._await_port()
