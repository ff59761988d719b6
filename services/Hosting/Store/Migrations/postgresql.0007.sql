-- Programs from schema 5 on work with it.
-- The call that made a change: the traceparent of W3C Trace Context; empty where the call was not sampled.
alter table change add column trace_parent text not null default '';
