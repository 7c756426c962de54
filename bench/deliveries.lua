-- wrk: each request is the next prepared delivery (query TAB body); answers without a sealed reply count as errors.
local queries, bodies, at = {}, {}, 0
wrong = 0
for line in io.lines(os.getenv("DELIVERIES")) do
  local tab = line:find("\t")
  queries[#queries + 1] = "/wechat?" .. line:sub(1, tab - 1)
  bodies[#bodies + 1] = line:sub(tab + 1)
end
request = function()
  at = at + 1
  if at > #queries then at = 1 end
  return wrk.format("POST", queries[at], {["Content-Type"] = "text/xml"}, bodies[at])
end
local threads = {}
setup = function(thread) table.insert(threads, thread) end
response = function(status, headers, body)
  if status ~= 200 or not body:find("<Encrypt>", 1, true) then wrong = wrong + 1 end
end
done = function(summary, latency, requests)
  local bad = 0
  for _, thread in ipairs(threads) do bad = bad + (thread:get("wrong") or 0) end
  io.write(string.format('RESULT {"requests":%d,"us":%d,"p50_ms":%.3f,"p99_ms":%.3f,"wrong":%d,"socket":%d}\n',
    summary.requests, summary.duration, latency:percentile(50) / 1000, latency:percentile(99) / 1000, bad,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
