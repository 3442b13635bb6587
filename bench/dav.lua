-- wrk: one DAV operation again and again; what it is comes from the environment.
-- BENCH_METHOD, BENCH_PATH and BENCH_TARGET (their %d is the number of the request), BENCH_RING (numbers go round),
-- BENCH_FIRST (the first number), BENCH_BODY, BENCH_SIZE (bodies of that size, each another), BENCH_HEADERS (a line each)
local function env(name) local value = os.getenv(name); if value == "" then return nil end; return value end
local function at(path, number) return (string.gsub(path, "%%d", string.format("%d", number))) end

function init()
  method, path, target, body = env("BENCH_METHOD"), env("BENCH_PATH"), env("BENCH_TARGET"), env("BENCH_BODY")
  ring, size = tonumber(env("BENCH_RING") or "0"), tonumber(env("BENCH_SIZE") or "0")
  filling = string.rep("x", size)
  headers = {Host = wrk.host .. ":" .. wrk.port}
  for name, value in string.gmatch(env("BENCH_HEADERS") or "", "([^:\n]+): ([^\n]+)") do headers[name] = value end
  n = tonumber(env("BENCH_FIRST") or "0") - 2   -- wrk asks for one request that it does not send
end

function request()
  n = n + 1
  local number, from, to = n, path, target
  if ring > 0 then
    number = n % ring
    -- things move there and back: each round leaves them where the next one finds them
    if target and math.floor(n / ring) % 2 == 1 then from, to = target, path end
  end
  if to then headers.Destination = at(to, number) end
  local content = body
  if size > 0 then local mark = n .. "-"; content = mark .. string.sub(filling, #mark + 1) end
  return wrk.format(method, at(from, number), headers, content)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('JSON {"requests":%d,"microseconds":%d,"median":%.3f,"refused":%d,"broken":%d}\n', summary.requests,
    summary.duration, latency:percentile(50) / 1000, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
