"""Sends one trace with PyPI's noveum-trace as an application would: send.py ENDPOINT KEY. Prints the ids that the SDK made."""

import json
import sys

import noveum_trace
from noveum_trace import start_trace, trace_agent_operation, trace_llm_call, trace_operation

endpoint, key = sys.argv[1:3]
noveum_trace.init(
    project="support-bot", api_key=key, endpoint=endpoint, environment="staging", service_version="v9"
)
client = noveum_trace.get_client()
healthy = client.transport.health_check()

with start_trace("answer a question") as trace:
    trace.set_metadata(user_id="user-7", session_id="session-9", tenant="acme")
    trace.add_tag("tier", "gold")
    trace.add_event("client.connected", {"transport": "websocket"})
    with trace_operation("outer", attributes={"count": 9007199254740993, "nested": {"a": [1, 2, {"b": None}]}}) as outer:
        outer.add_event("started", {"x": 1.5})
        outer.add_link("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", {"reason": "retry"})
        with trace_llm_call(model="gpt-4o-mini", provider="openai", operation="chat") as call:
            call.set_input_attributes(messages=[{"role": "user", "content": "Grüße, 世界 🌍"}])
            call.set_output_attributes(response="hello")
            call.set_usage_attributes(input_tokens=10, output_tokens=5, total_tokens=15)
        with trace_agent_operation(agent_type="planner", operation="plan"):
            pass
        try:
            with trace_operation("failing"):
                raise ValueError("no umbrella today")
        except ValueError:
            pass

noveum_trace.flush()
noveum_trace.shutdown()
spans = {span.name: span.span_id for span in trace.spans}
print(json.dumps({"healthy": healthy, "traceId": trace.trace_id, "spans": spans}))
