-- What the recorder and the analyst of haard at commit 081e98e left in Postgres 15, by pg_dump --no-owner --rows-per-insert, 2026-01-12: six hours of a
-- simple house, then what retained_081e98e.json holds.
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE SCHEMA views;
CREATE FUNCTION views.day_of(said jsonb, field text) RETURNS date
    LANGUAGE plpgsql STABLE STRICT
    AS $$
DECLARE
  day date;
BEGIN
  day := (said ->> field)::date;
  RETURN CASE WHEN day BETWEEN date '1970-01-01' AND date '9999-12-31' THEN day END;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END $$;
CREATE FUNCTION views.instant_of(said jsonb, field text) RETURNS timestamp with time zone
    LANGUAGE plpgsql STABLE STRICT
    AS $$
BEGIN
  RETURN (said ->> field)::timestamptz;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END $$;
CREATE FUNCTION views.json_of(payload bytea) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE STRICT
    AS $$
BEGIN
  RETURN convert_from(payload, 'UTF8')::jsonb;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END $$;
CREATE FUNCTION views.number_of(said jsonb, field text) RETURNS double precision
    LANGUAGE sql IMMUTABLE
    AS $$
  SELECT CASE
    WHEN jsonb_typeof(said -> field) = 'number' AND abs((said -> field)::numeric) < 1e300
      THEN round((said -> field)::numeric, 30)::double precision -- what is nearer to 0 has no double
    WHEN field = 'value' AND jsonb_typeof(said) = 'number' AND abs(said::numeric) < 1e300
      THEN round(said::numeric, 30)::double precision
  END
$$;
CREATE FUNCTION views.text_of(payload bytea) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT
    AS $$
BEGIN
  RETURN convert_from(payload, 'UTF8');
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END $$;
CREATE FUNCTION views.truth_of(said jsonb, field text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS $$
  SELECT CASE WHEN jsonb_typeof(said -> field) = 'boolean' THEN (said -> field)::boolean END
$$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.hourly (
    topic_id integer NOT NULL,
    field text NOT NULL,
    hour timestamp with time zone NOT NULL,
    n integer NOT NULL,
    total double precision NOT NULL,
    low double precision NOT NULL,
    high double precision NOT NULL,
    last double precision NOT NULL
);
CREATE TABLE public.journal (
    session text NOT NULL,
    start bigint NOT NULL,
    marks bytea NOT NULL
);
CREATE TABLE public.message (
    id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    topic_id integer NOT NULL,
    qos smallint NOT NULL,
    retained boolean NOT NULL,
    payload bytea NOT NULL
)
PARTITION BY RANGE (received_at);
CREATE TABLE public.message_2025_12 (
    id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    topic_id integer NOT NULL,
    qos smallint NOT NULL,
    retained boolean NOT NULL,
    payload bytea NOT NULL
);
CREATE TABLE public.message_2026_01 (
    id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    topic_id integer NOT NULL,
    qos smallint NOT NULL,
    retained boolean NOT NULL,
    payload bytea NOT NULL
);
CREATE TABLE public.message_2026_02 (
    id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    topic_id integer NOT NULL,
    qos smallint NOT NULL,
    retained boolean NOT NULL,
    payload bytea NOT NULL
);
CREATE TABLE public.message_2026_03 (
    id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    topic_id integer NOT NULL,
    qos smallint NOT NULL,
    retained boolean NOT NULL,
    payload bytea NOT NULL
);
CREATE TABLE public.message_2026_04 (
    id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    topic_id integer NOT NULL,
    qos smallint NOT NULL,
    retained boolean NOT NULL,
    payload bytea NOT NULL
);
CREATE TABLE public.message_2026_11 (
    id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    topic_id integer NOT NULL,
    qos smallint NOT NULL,
    retained boolean NOT NULL,
    payload bytea NOT NULL
);
CREATE TABLE public.message_2026_12 (
    id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    topic_id integer NOT NULL,
    qos smallint NOT NULL,
    retained boolean NOT NULL,
    payload bytea NOT NULL
);
CREATE TABLE public.message_2027_01 (
    id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    topic_id integer NOT NULL,
    qos smallint NOT NULL,
    retained boolean NOT NULL,
    payload bytea NOT NULL
);
CREATE TABLE public.message_2027_02 (
    id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    topic_id integer NOT NULL,
    qos smallint NOT NULL,
    retained boolean NOT NULL,
    payload bytea NOT NULL
);
ALTER TABLE public.message ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.message_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.message_rest (
    id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    topic_id integer NOT NULL,
    qos smallint NOT NULL,
    retained boolean NOT NULL,
    payload bytea NOT NULL
);
CREATE TABLE public.topic (
    id integer NOT NULL,
    name text NOT NULL
);
CREATE SEQUENCE public.topic_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.topic_id_seq OWNED BY public.topic.id;
CREATE TABLE public.traffic (
    hour timestamp with time zone NOT NULL,
    n integer NOT NULL,
    bytes bigint NOT NULL
);
CREATE TABLE public.watermark (
    name text NOT NULL,
    place bigint NOT NULL
);
CREATE VIEW views.place AS
 SELECT topic.id AS topic_id,
    topic.name AS topic,
    array_to_string(path.parts[:(COALESCE(found.about, found.whole) - 1)], '/'::text) AS house,
        CASE
            WHEN (found.about IS NULL) THEN concat_ws('/'::text, path.parts[found.whole], path.parts[(found.whole + 1)])
            WHEN (path.parts[(found.about + 4)] IS NOT NULL) THEN NULL::text
            WHEN (path.parts[(found.about + 3)] = 'set'::text) THEN concat_ws('/'::text, path.parts[found.about], path.parts[(found.about + 2)], 'set')
            ELSE concat_ws('/'::text, path.parts[found.about], path.parts[(found.about + 2)])
        END AS kind,
    path.parts[(found.about + 1)] AS subject,
        CASE
            WHEN (found.about IS NULL) THEN path.parts[(found.whole + 2)]
            ELSE NULLIF(path.parts[(found.about + 3)], 'set'::text)
        END AS part
   FROM ((public.topic
     CROSS JOIN LATERAL ( SELECT string_to_array(topic.name, '/'::text) AS parts) path)
     CROSS JOIN LATERAL ( SELECT COALESCE(array_position(path.parts, 'room'::text), array_position(path.parts, 'sensor'::text), array_position(path.parts, 'valve'::text), array_position(path.parts, 'service'::text), array_position(path.parts, 'alert'::text)) AS about,
            COALESCE(array_position(path.parts, 'boiler'::text), array_position(path.parts, 'meter'::text), array_position(path.parts, 'outside'::text), array_position(path.parts, 'away'::text), array_position(path.parts, 'tick'::text), array_position(path.parts, 'day'::text), array_position(path.parts, 'forecast'::text), array_position(path.parts, 'settings'::text), array_position(path.parts, 'memory'::text), array_position(path.parts, 'learned'::text), array_position(path.parts, 'rejected'::text)) AS whole) found);
CREATE VIEW views.alert AS
 SELECT message.received_at AS "time",
    place.house,
    place.subject AS alert,
    (message.payload = '\x'::bytea) AS is_over,
    (said.said ->> 'about'::text) AS about,
    (said.said ->> 'todo'::text) AS todo
   FROM ((views.place
     JOIN public.message USING (topic_id))
     LEFT JOIN LATERAL views.json_of(message.payload) said(said) ON (true))
  WHERE (place.kind = 'alert'::text);
CREATE VIEW views.latest AS
 SELECT place.topic_id,
    place.topic,
    place.house,
    place.kind,
    place.subject,
    place.part,
    newest.received_at AS "time",
    newest.retained,
    newest.payload,
    views.json_of(newest.payload) AS said
   FROM (views.place
     CROSS JOIN LATERAL ( SELECT message.received_at,
            message.retained,
            message.payload
           FROM public.message
          WHERE (message.topic_id = place.topic_id)
          ORDER BY (date_bin('04:00:00'::interval, message.received_at, '2000-01-01 00:00:00+00'::timestamp with time zone)) DESC, message.received_at DESC, message.id DESC
         LIMIT 1) newest);
CREATE VIEW views.alert_now AS
 SELECT latest.house,
    latest.subject AS alert,
    (latest.said ->> 'about'::text) AS about,
    (latest.said ->> 'todo'::text) AS todo,
    views.instant_of(latest.said, 'since'::text) AS since
   FROM views.latest
  WHERE ((latest.kind = 'alert'::text) AND (jsonb_typeof(latest.said) = 'object'::text));
CREATE VIEW views.boiler AS
 SELECT message.received_at AS "time",
    place.house,
    views.truth_of(said.said, 'flame'::text) AS flame,
    views.truth_of(said.said, 'hot_water'::text) AS hot_water,
    views.number_of(said.said, 'modulation'::text) AS modulation,
    views.number_of(said.said, 'flow_temperature'::text) AS flow_temperature,
    views.number_of(said.said, 'return_temperature'::text) AS return_temperature,
    views.number_of(said.said, 'pressure_bar'::text) AS pressure_bar,
    (said.said ->> 'fault'::text) AS fault
   FROM ((views.place
     JOIN public.message USING (topic_id))
     CROSS JOIN LATERAL views.json_of(message.payload) said(said))
  WHERE (place.kind = 'boiler/status'::text);
CREATE VIEW views.boiler_hour AS
 SELECT each."time",
    place.house,
    each.flame,
    each.hot_water,
    each.modulation,
    each.flow_temperature,
    each.return_temperature,
    each.pressure_bar
   FROM (views.place
     CROSS JOIN LATERAL ( SELECT hourly.hour AS "time",
            max((hourly.total / (hourly.n)::double precision)) FILTER (WHERE (hourly.field = 'flame'::text)) AS flame,
            max((hourly.total / (hourly.n)::double precision)) FILTER (WHERE (hourly.field = 'hot_water'::text)) AS hot_water,
            max((hourly.total / (hourly.n)::double precision)) FILTER (WHERE (hourly.field = 'modulation'::text)) AS modulation,
            max((hourly.total / (hourly.n)::double precision)) FILTER (WHERE (hourly.field = 'flow_temperature'::text)) AS flow_temperature,
            max((hourly.total / (hourly.n)::double precision)) FILTER (WHERE (hourly.field = 'return_temperature'::text)) AS return_temperature,
            max((hourly.total / (hourly.n)::double precision)) FILTER (WHERE (hourly.field = 'pressure_bar'::text)) AS pressure_bar
           FROM public.hourly
          WHERE (hourly.topic_id = place.topic_id)
          GROUP BY hourly.hour) each)
  WHERE (place.kind = 'boiler/status'::text);
CREATE VIEW views.boiler_now AS
 SELECT latest."time",
    latest.house,
    views.truth_of(latest.said, 'flame'::text) AS flame,
    views.truth_of(latest.said, 'hot_water'::text) AS hot_water,
    views.number_of(latest.said, 'modulation'::text) AS modulation,
    views.number_of(latest.said, 'flow_temperature'::text) AS flow_temperature,
    views.number_of(latest.said, 'return_temperature'::text) AS return_temperature,
    views.number_of(latest.said, 'pressure_bar'::text) AS pressure_bar,
    (latest.said ->> 'fault'::text) AS fault
   FROM views.latest
  WHERE (latest.kind = 'boiler/status'::text);
CREATE VIEW views.day AS
 SELECT DISTINCT ON (place.house, day.day) ((day.day)::timestamp without time zone AT TIME ZONE 'UTC'::text) AS "time",
    place.house,
    day.day,
    views.number_of(said.said, 'gas'::text) AS gas,
    views.number_of(said.said, 'hot_water'::text) AS hot_water,
    views.number_of(said.said, 'other'::text) AS other,
    views.number_of(said.said, 'pipes'::text) AS pipes,
    views.number_of(said.said, 'unallocated'::text) AS unallocated,
    views.number_of(said.said, 'cost'::text) AS cost,
    views.number_of(said.said, 'degree_days'::text) AS degree_days,
    views.number_of(said.said, 'starts'::text) AS starts,
    views.number_of(said.said, 'burn_min'::text) AS burn_min,
        CASE jsonb_typeof((said.said -> 'rooms'::text))
            WHEN 'object'::text THEN (said.said -> 'rooms'::text)
            ELSE NULL::jsonb
        END AS rooms,
        CASE jsonb_typeof((said.said -> 'batteries'::text))
            WHEN 'object'::text THEN (said.said -> 'batteries'::text)
            ELSE NULL::jsonb
        END AS batteries,
    message.received_at AS said_at
   FROM (((views.place
     JOIN public.message USING (topic_id))
     CROSS JOIN LATERAL views.json_of(message.payload) said(said))
     CROSS JOIN LATERAL views.day_of(said.said, 'day'::text) day(day))
  WHERE ((place.kind = 'day'::text) AND (day.day IS NOT NULL))
  ORDER BY place.house, day.day, message.id DESC;
CREATE VIEW views.decision AS
 SELECT message.received_at AS "time",
    place.house,
    split_part(place.kind, '/'::text, 1) AS what,
    place.subject,
        CASE place.kind
            WHEN 'room/status'::text THEN views.number_of(said.said, 'setpoint'::text)
            WHEN 'valve/set'::text THEN views.number_of(said.said, 'opening'::text)
            ELSE ((100 * (views.truth_of(said.said, 'call'::text))::integer))::double precision
        END AS wish,
    (said.said ->> 'reason'::text) AS reason
   FROM ((views.place
     JOIN public.message USING (topic_id))
     CROSS JOIN LATERAL views.json_of(message.payload) said(said))
  WHERE (place.kind = ANY (ARRAY['room/status'::text, 'valve/set'::text, 'boiler/set'::text]));
CREATE VIEW views.room_valve AS
 SELECT DISTINCT latest.house,
    latest.subject AS room,
    valve.valve
   FROM (views.latest
     CROSS JOIN LATERAL jsonb_object_keys(
        CASE jsonb_typeof((latest.said -> 'valves'::text))
            WHEN 'object'::text THEN (latest.said -> 'valves'::text)
            ELSE NULL::jsonb
        END) valve(valve))
  WHERE (latest.kind = 'room/memory'::text);
CREATE VIEW views.device AS
 SELECT latest."time" AS last_seen,
    latest.house,
    split_part(latest.kind, '/'::text, 1) AS what,
    latest.subject AS address,
    room_valve.room,
    views.number_of(latest.said, 'battery'::text) AS battery,
    views.truth_of(latest.said, 'battery_low'::text) AS battery_low,
    views.number_of(latest.said, 'voltage'::text) AS voltage,
    views.number_of(latest.said, 'rssi'::text) AS rssi,
    views.truth_of(latest.said, 'reachable'::text) AS reachable,
    (latest.said ->> 'firmware'::text) AS firmware,
    (latest.said ->> 'alert'::text) AS alert
   FROM (views.latest
     LEFT JOIN views.room_valve ON (((room_valve.house = latest.house) AND (room_valve.valve = latest.subject))))
  WHERE (latest.kind = ANY (ARRAY['sensor/status'::text, 'valve/status'::text]));
CREATE VIEW views.electricity_meter AS
 SELECT message.received_at AS "time",
    place.house,
    views.number_of(said.said, 'value'::text) AS delivered,
    views.number_of(said.said, 'returned'::text) AS returned,
    views.number_of(said.said, 'power_w'::text) AS power
   FROM ((views.place
     JOIN public.message USING (topic_id))
     CROSS JOIN LATERAL views.json_of(message.payload) said(said))
  WHERE (place.kind = 'meter/electricity'::text);
CREATE VIEW views.room_day AS
 SELECT day."time",
    day.house,
    day.day,
    each.room,
    views.number_of(each.came_to, 'gas'::text) AS gas,
    views.number_of(each.came_to, 'gas_error'::text) AS gas_error,
    views.number_of(each.came_to, 'too_cold_kh'::text) AS too_cold,
    views.number_of(each.came_to, 'too_warm_kh'::text) AS too_warm,
    views.number_of(each.came_to, 'moves'::text) AS moves
   FROM (views.day
     CROSS JOIN LATERAL jsonb_each(day.rooms) each(room, came_to));
CREATE VIEW views.gas_day AS
 SELECT room_day."time",
    room_day.house,
    room_day.day,
    room_day.room AS use,
    true AS is_room,
    room_day.gas
   FROM views.room_day
UNION ALL
 SELECT day."time",
    day.house,
    day.day,
    rest.use,
    false AS is_room,
    rest.gas
   FROM (views.day
     CROSS JOIN LATERAL ( VALUES ('hot_water'::text,day.hot_water), ('other'::text,day.other), ('pipes'::text,day.pipes), ('unallocated'::text,day.unallocated)) rest(use, gas));
CREATE VIEW views.gas_meter AS
 SELECT message.received_at AS "time",
    place.house,
    views.number_of(said.said, 'value'::text) AS reading,
    (said.said ->> 'equipment'::text) AS equipment
   FROM ((views.place
     JOIN public.message USING (topic_id))
     CROSS JOIN LATERAL views.json_of(message.payload) said(said))
  WHERE (place.kind = 'meter/gas'::text);
CREATE VIEW views.messages_hour AS
 SELECT traffic.hour AS "time",
    traffic.n,
    traffic.bytes
   FROM public.traffic;
CREATE VIEW views.meter_hour AS
 SELECT each.hour AS "time",
    each.house,
    max(each.went) FILTER (WHERE (each.kind = 'meter/gas'::text)) AS gas,
    max(each.went) FILTER (WHERE ((each.kind = 'meter/electricity'::text) AND (each.field = 'value'::text))) AS delivered,
    max(each.went) FILTER (WHERE (each.field = 'returned'::text)) AS returned,
    max(each.mean) FILTER (WHERE (each.field = 'power_w'::text)) AS power
   FROM ( SELECT hourly.hour,
            place.house,
            place.kind,
            hourly.field,
            (hourly.total / (hourly.n)::double precision) AS mean,
                CASE
                    WHEN ((hourly.high >= before.last) AND (hourly.low >= before.last)) THEN (hourly.last - before.last)
                    ELSE NULL::double precision
                END AS went
           FROM ((views.place
             JOIN public.hourly USING (topic_id))
             LEFT JOIN LATERAL ( SELECT earlier.last
                   FROM public.hourly earlier
                  WHERE ((earlier.topic_id = hourly.topic_id) AND (earlier.field = hourly.field) AND (earlier.hour < hourly.hour))
                  ORDER BY earlier.hour DESC
                 LIMIT 1) before ON (true))
          WHERE ((place.kind = ANY (ARRAY['meter/gas'::text, 'meter/electricity'::text])) AND (hourly.field = ANY (ARRAY['value'::text, 'returned'::text, 'power_w'::text])))) each
  GROUP BY each.hour, each.house;
CREATE VIEW views.outside_hour AS
 SELECT hourly.hour AS "time",
    place.house,
    place.part AS sensor,
    (hourly.total / (hourly.n)::double precision) AS temperature,
    hourly.low,
    hourly.high
   FROM (views.place
     JOIN public.hourly USING (topic_id))
  WHERE ((place.kind = 'outside/temperature'::text) AND (hourly.field = 'value'::text));
CREATE VIEW views.outside_now AS
 SELECT latest."time",
    latest.house,
    latest.part AS sensor,
    views.number_of(latest.said, 'value'::text) AS temperature
   FROM views.latest
  WHERE (latest.kind = 'outside/temperature'::text);
CREATE VIEW views.outside_temperature AS
 SELECT message.received_at AS "time",
    place.house,
    place.part AS sensor,
    views.number_of(said.said, 'value'::text) AS temperature
   FROM ((views.place
     JOIN public.message USING (topic_id))
     CROSS JOIN LATERAL views.json_of(message.payload) said(said))
  WHERE (place.kind = 'outside/temperature'::text);
CREATE VIEW views.power_hour AS
 SELECT hourly.hour AS "time",
    place.house,
    (hourly.total / (hourly.n)::double precision) AS power
   FROM (views.place
     JOIN public.hourly USING (topic_id))
  WHERE ((place.kind = 'meter/electricity'::text) AND (hourly.field = 'power_w'::text));
CREATE VIEW views.rejected AS
 SELECT message.received_at AS "time",
    place.house,
    (said.said ->> 'topic'::text) AS topic,
    (said.said ->> 'payload'::text) AS payload,
    (said.said ->> 'reason'::text) AS reason
   FROM ((views.place
     JOIN public.message USING (topic_id))
     CROSS JOIN LATERAL views.json_of(message.payload) said(said))
  WHERE (place.kind = 'rejected'::text);
CREATE VIEW views.room_hour AS
 SELECT each."time",
    place.house,
    place.subject AS room,
    each.temperature,
    each.low,
    each.high,
    each.humidity,
    each.setpoint,
    each.demand
   FROM (views.place
     CROSS JOIN LATERAL ( SELECT hourly.hour AS "time",
            max((hourly.total / (hourly.n)::double precision)) FILTER (WHERE (hourly.field = 'temperature'::text)) AS temperature,
            min(hourly.low) FILTER (WHERE (hourly.field = 'temperature'::text)) AS low,
            max(hourly.high) FILTER (WHERE (hourly.field = 'temperature'::text)) AS high,
            max((hourly.total / (hourly.n)::double precision)) FILTER (WHERE (hourly.field = 'humidity'::text)) AS humidity,
            max((hourly.total / (hourly.n)::double precision)) FILTER (WHERE (hourly.field = 'setpoint'::text)) AS setpoint,
            max((hourly.total / (hourly.n)::double precision)) FILTER (WHERE (hourly.field = 'demand'::text)) AS demand
           FROM public.hourly
          WHERE ((hourly.topic_id = place.topic_id) AND (hourly.field = ANY (ARRAY['temperature'::text, 'humidity'::text, 'setpoint'::text, 'demand'::text])))
          GROUP BY hourly.hour) each)
  WHERE (place.kind = 'room/status'::text);
CREATE VIEW views.room_humidity AS
 SELECT message.received_at AS "time",
    place.house,
    place.subject AS room,
    place.part AS sensor,
    views.number_of(said.said, 'value'::text) AS humidity
   FROM ((views.place
     JOIN public.message USING (topic_id))
     CROSS JOIN LATERAL views.json_of(message.payload) said(said))
  WHERE (place.kind = 'room/humidity'::text);
CREATE VIEW views.room_now AS
 SELECT latest."time",
    latest.house,
    latest.subject AS room,
    views.number_of(latest.said, 'temperature'::text) AS temperature,
    views.number_of(latest.said, 'humidity'::text) AS humidity,
    views.number_of(latest.said, 'setpoint'::text) AS setpoint,
    views.number_of(latest.said, 'demand'::text) AS demand,
    (latest.said ->> 'action'::text) AS action,
    (latest.said ->> 'mode'::text) AS mode,
    (latest.said ->> 'window'::text) AS "window",
    (latest.said ->> 'staleness'::text) AS staleness,
    (latest.said ->> 'reason'::text) AS reason,
    views.number_of(latest.said, 'next_setpoint'::text) AS next_setpoint,
    views.instant_of(latest.said, 'next_switch_at'::text) AS next_switch_at
   FROM views.latest
  WHERE (latest.kind = 'room/status'::text);
CREATE VIEW views.room_status AS
 SELECT message.received_at AS "time",
    place.house,
    place.subject AS room,
    views.number_of(said.said, 'temperature'::text) AS temperature,
    views.number_of(said.said, 'humidity'::text) AS humidity,
    views.number_of(said.said, 'setpoint'::text) AS setpoint,
    views.number_of(said.said, 'demand'::text) AS demand,
    views.number_of(said.said, 'next_setpoint'::text) AS next_setpoint,
    (said.said ->> 'action'::text) AS action,
    (said.said ->> 'mode'::text) AS mode,
    (said.said ->> 'preset'::text) AS preset,
    (said.said ->> 'window'::text) AS "window",
    (said.said ->> 'staleness'::text) AS staleness,
    (said.said ->> 'rule'::text) AS rule,
    (said.said ->> 'reason'::text) AS reason,
    (said.said ->> 'alert'::text) AS alert
   FROM ((views.place
     JOIN public.message USING (topic_id))
     CROSS JOIN LATERAL views.json_of(message.payload) said(said))
  WHERE (place.kind = 'room/status'::text);
CREATE VIEW views.room_temperature AS
 SELECT message.received_at AS "time",
    place.house,
    place.subject AS room,
    place.part AS sensor,
    views.number_of(said.said, 'value'::text) AS temperature
   FROM ((views.place
     JOIN public.message USING (topic_id))
     CROSS JOIN LATERAL views.json_of(message.payload) said(said))
  WHERE (place.kind = 'room/temperature'::text);
CREATE VIEW views.room_temperature_day AS
 SELECT each."time",
    place.house,
    place.subject AS room,
    each.temperature,
    each.low,
    each.high
   FROM (views.place
     CROSS JOIN LATERAL ( SELECT date_bin('1 day'::interval, hourly.hour, '2000-01-01 00:00:00+00'::timestamp with time zone) AS "time",
            (sum(hourly.total) / (sum(hourly.n))::double precision) AS temperature,
            min(hourly.low) AS low,
            max(hourly.high) AS high
           FROM public.hourly
          WHERE ((hourly.topic_id = place.topic_id) AND (hourly.field = 'temperature'::text))
          GROUP BY (date_bin('1 day'::interval, hourly.hour, '2000-01-01 00:00:00+00'::timestamp with time zone))) each)
  WHERE (place.kind = 'room/status'::text);
CREATE VIEW views.sensor_hour AS
 SELECT each."time",
    place.house,
    place.subject AS sensor,
    each.battery,
    each.voltage,
    each.rssi
   FROM (views.place
     CROSS JOIN LATERAL ( SELECT hourly.hour AS "time",
            max((hourly.total / (hourly.n)::double precision)) FILTER (WHERE (hourly.field = 'battery'::text)) AS battery,
            max((hourly.total / (hourly.n)::double precision)) FILTER (WHERE (hourly.field = 'voltage'::text)) AS voltage,
            max((hourly.total / (hourly.n)::double precision)) FILTER (WHERE (hourly.field = 'rssi'::text)) AS rssi
           FROM public.hourly
          WHERE (hourly.topic_id = place.topic_id)
          GROUP BY hourly.hour) each)
  WHERE (place.kind = 'sensor/status'::text);
CREATE VIEW views.sensor_status AS
 SELECT message.received_at AS "time",
    place.house,
    place.subject AS sensor,
    views.number_of(said.said, 'battery'::text) AS battery,
    views.number_of(said.said, 'voltage'::text) AS voltage,
    views.number_of(said.said, 'rssi'::text) AS rssi
   FROM ((views.place
     JOIN public.message USING (topic_id))
     CROSS JOIN LATERAL views.json_of(message.payload) said(said))
  WHERE (place.kind = 'sensor/status'::text);
CREATE VIEW views.service AS
 SELECT message.received_at AS "time",
    place.house,
    place.subject AS service,
    views.text_of(message.payload) AS state
   FROM (views.place
     JOIN public.message USING (topic_id))
  WHERE (place.kind = 'service/availability'::text);
CREATE VIEW views.service_now AS
 SELECT latest."time" AS since,
    latest.house,
    latest.subject AS service,
    views.text_of(latest.payload) AS state
   FROM views.latest
  WHERE (latest.kind = 'service/availability'::text);
CREATE VIEW views.table_size AS
 SELECT pg_class.relname AS "table",
    (GREATEST(pg_class.reltuples, (0)::real))::bigint AS rows,
    pg_relation_size((pg_class.oid)::regclass) AS bytes,
    pg_indexes_size((pg_class.oid)::regclass) AS index_bytes,
    pg_total_relation_size((pg_class.oid)::regclass) AS total_bytes
   FROM pg_class
  WHERE ((pg_class.relkind = 'r'::"char") AND (pg_class.relnamespace = ( SELECT pg_class_1.relnamespace
           FROM pg_class pg_class_1
          WHERE (pg_class_1.oid = ('public.message'::regclass)::oid))));
CREATE VIEW views.valve_place AS
 SELECT place.topic_id,
    place.house,
    room_valve.room,
    place.subject AS valve
   FROM (views.place
     LEFT JOIN views.room_valve ON (((room_valve.house = place.house) AND (room_valve.valve = place.subject))))
  WHERE (place.kind = 'valve/status'::text);
CREATE VIEW views.valve_hour AS
 SELECT hourly.hour AS "time",
    valve_place.house,
    valve_place.room,
    valve_place.valve,
    (hourly.total / (hourly.n)::double precision) AS opening
   FROM (views.valve_place
     JOIN public.hourly USING (topic_id))
  WHERE (hourly.field = 'opening'::text);
CREATE VIEW views.valve_reach_hour AS
 SELECT hourly.hour AS "time",
    valve_place.house,
    valve_place.room,
    valve_place.valve,
    (hourly.total / (hourly.n)::double precision) AS reachable
   FROM (views.valve_place
     JOIN public.hourly USING (topic_id))
  WHERE (hourly.field = 'reachable'::text);
CREATE VIEW views.valve_status AS
 SELECT message.received_at AS "time",
    valve_place.house,
    valve_place.room,
    valve_place.valve,
    views.number_of(said.said, 'opening'::text) AS opening,
    views.number_of(said.said, 'setpoint'::text) AS setpoint,
    views.truth_of(said.said, 'battery_low'::text) AS battery_low,
    views.truth_of(said.said, 'reachable'::text) AS reachable,
    views.truth_of(said.said, 'window'::text) AS "window",
    (said.said ->> 'mode'::text) AS mode,
    (said.said ->> 'alert'::text) AS alert
   FROM ((views.valve_place
     JOIN public.message USING (topic_id))
     CROSS JOIN LATERAL views.json_of(message.payload) said(said));
ALTER TABLE ONLY public.message ATTACH PARTITION public.message_2025_12 FOR VALUES FROM ('2025-12-01 00:00:00+00') TO ('2026-01-01 00:00:00+00');
ALTER TABLE ONLY public.message ATTACH PARTITION public.message_2026_01 FOR VALUES FROM ('2026-01-01 00:00:00+00') TO ('2026-02-01 00:00:00+00');
ALTER TABLE ONLY public.message ATTACH PARTITION public.message_2026_02 FOR VALUES FROM ('2026-02-01 00:00:00+00') TO ('2026-03-01 00:00:00+00');
ALTER TABLE ONLY public.message ATTACH PARTITION public.message_2026_03 FOR VALUES FROM ('2026-03-01 00:00:00+00') TO ('2026-04-01 00:00:00+00');
ALTER TABLE ONLY public.message ATTACH PARTITION public.message_2026_04 FOR VALUES FROM ('2026-04-01 00:00:00+00') TO ('2026-05-01 00:00:00+00');
ALTER TABLE ONLY public.message ATTACH PARTITION public.message_2026_11 FOR VALUES FROM ('2026-11-01 00:00:00+00') TO ('2026-12-01 00:00:00+00');
ALTER TABLE ONLY public.message ATTACH PARTITION public.message_2026_12 FOR VALUES FROM ('2026-12-01 00:00:00+00') TO ('2027-01-01 00:00:00+00');
ALTER TABLE ONLY public.message ATTACH PARTITION public.message_2027_01 FOR VALUES FROM ('2027-01-01 00:00:00+00') TO ('2027-02-01 00:00:00+00');
ALTER TABLE ONLY public.message ATTACH PARTITION public.message_2027_02 FOR VALUES FROM ('2027-02-01 00:00:00+00') TO ('2027-03-01 00:00:00+00');
ALTER TABLE ONLY public.message ATTACH PARTITION public.message_rest DEFAULT;
ALTER TABLE ONLY public.topic ALTER COLUMN id SET DEFAULT nextval('public.topic_id_seq'::regclass);
INSERT INTO public.alembic_version VALUES
	('0003');
INSERT INTO public.hourly VALUES
	(1, 'value', '2025-12-31 23:00:00+00', 1, 4100.25, 4100.25, 4100.25, 4100.25),
	(1, 'value', '2026-01-12 08:00:00+00', 6, 25200.18, 4200, 4200.06, 4200.06),
	(1, 'value', '2026-01-12 09:00:00+00', 6, 25200.612, 4200.072, 4200.132, 4200.132),
	(1, 'value', '2026-01-12 10:00:00+00', 6, 25201.044, 4200.144, 4200.204, 4200.204),
	(1, 'value', '2026-01-12 11:00:00+00', 6, 25201.476000000002, 4200.216, 4200.276, 4200.276),
	(1, 'value', '2026-01-12 12:00:00+00', 6, 25201.907999999996, 4200.288, 4200.348, 4200.348),
	(1, 'value', '2026-01-12 13:00:00+00', 6, 25202.339999999997, 4200.36, 4200.42, 4200.42),
	(4, 'demand', '2026-01-12 08:00:00+00', 6, 240, 40, 40, 40),
	(4, 'demand', '2026-01-12 09:00:00+00', 6, 240, 40, 40, 40),
	(4, 'demand', '2026-01-12 10:00:00+00', 6, 240, 40, 40, 40),
	(4, 'demand', '2026-01-12 11:00:00+00', 6, 240, 40, 40, 40),
	(4, 'demand', '2026-01-12 12:00:00+00', 6, 240, 40, 40, 40),
	(4, 'demand', '2026-01-12 13:00:00+00', 6, 240, 40, 40, 40),
	(4, 'setpoint', '2026-01-12 08:00:00+00', 6, 120, 20, 20, 20),
	(4, 'setpoint', '2026-01-12 09:00:00+00', 6, 120, 20, 20, 20),
	(4, 'setpoint', '2026-01-12 10:00:00+00', 6, 120, 20, 20, 20),
	(4, 'setpoint', '2026-01-12 11:00:00+00', 6, 120, 20, 20, 20),
	(4, 'setpoint', '2026-01-12 12:00:00+00', 6, 120, 20, 20, 20),
	(4, 'setpoint', '2026-01-12 13:00:00+00', 6, 120, 20, 20, 20),
	(4, 'temperature', '2026-01-12 08:00:00+00', 6, 114.45000000000002, 19, 19.15, 19.15),
	(4, 'temperature', '2026-01-12 09:00:00+00', 6, 115.52999999999999, 19.18, 19.33, 19.33),
	(4, 'temperature', '2026-01-12 10:00:00+00', 6, 116.61000000000001, 19.36, 19.51, 19.51),
	(4, 'temperature', '2026-01-12 11:00:00+00', 6, 117.69, 19.54, 19.69, 19.69),
	(4, 'temperature', '2026-01-12 12:00:00+00', 6, 118.77000000000001, 19.72, 19.87, 19.87),
	(4, 'temperature', '2026-01-12 13:00:00+00', 6, 119.85, 19.9, 20.05, 20.05),
	(5, 'flame', '2026-01-12 08:00:00+00', 6, 2, 0, 1, 0),
	(5, 'flame', '2026-01-12 09:00:00+00', 6, 1, 0, 1, 0),
	(5, 'flame', '2026-01-12 10:00:00+00', 6, 2, 0, 1, 0),
	(5, 'flame', '2026-01-12 11:00:00+00', 6, 1, 0, 1, 0),
	(5, 'flame', '2026-01-12 12:00:00+00', 6, 2, 0, 1, 0),
	(5, 'flame', '2026-01-12 13:00:00+00', 6, 1, 0, 1, 0),
	(5, 'flow_temperature', '2026-01-12 08:00:00+00', 6, 225, 35, 40, 40),
	(5, 'flow_temperature', '2026-01-12 09:00:00+00', 6, 261, 41, 46, 46),
	(5, 'flow_temperature', '2026-01-12 10:00:00+00', 6, 297, 47, 52, 52),
	(5, 'flow_temperature', '2026-01-12 11:00:00+00', 6, 253, 35, 54, 38),
	(5, 'flow_temperature', '2026-01-12 12:00:00+00', 6, 249, 39, 44, 44),
	(5, 'flow_temperature', '2026-01-12 13:00:00+00', 6, 285, 45, 50, 50);
INSERT INTO public.journal VALUES
	('recorder', 0, '\x0001e24830830af02cde'),
	('recorder', 1, '\x000213df1f052883532d'),
	('recorder', 2, '\x000346be1c2cecc94b5a'),
	('recorder', 3, '\x0004f4a01c4a1302135e'),
	('recorder', 4, '\x00057c62c2929dda1c5a'),
	('recorder', 5, '\x000657f4c96e5343a309'),
	('recorder', 6, '\x000791e0c9141cf6add2'),
	('recorder', 7, '\x0008494254f37c1931d9'),
	('recorder', 8, '\x0009f214ca7332edb5a5'),
	('recorder', 9, '\x000af6048de5165fb20f'),
	('recorder', 10, '\x000b0b9caa3427892d18'),
	('recorder', 11, '\x000cee06abe8485138c7'),
	('recorder', 12, '\x000d5918d74d7e4702d0'),
	('recorder', 13, '\x000e8a34ab2d4c0a701f'),
	('recorder', 14, '\x000fc5f98ee504221b9d'),
	('recorder', 15, '\x0010a2e0636bac72903a'),
	('recorder', 16, '\x001139adad4b77648000'),
	('recorder', 17, '\x0012bf3f3248b3c1f44d'),
	('recorder', 18, '\x0013a027728cce117858'),
	('recorder', 19, '\x0014a7f4a8303933c312'),
	('recorder', 20, '\x001537a2957efd658bd3'),
	('recorder', 21, '\x0016e9f3ca7b1a449702'),
	('recorder', 22, '\x00174a8869b753c3d252'),
	('recorder', 23, '\x00187dbfc687da1c7eaa'),
	('recorder', 24, '\x001975497067cf12bf41'),
	('recorder', 25, '\x001a5a4f1a04511625ca'),
	('recorder', 26, '\x001bf9ac854ed95c4e00'),
	('recorder', 27, '\x001c98ae436fffaa98ae'),
	('recorder', 28, '\x001d4a05628cb02f2554'),
	('recorder', 29, '\x001e97295e7dd2bbefd7'),
	('recorder', 30, '\x001f505692847701bcbc'),
	('recorder', 31, '\x00203008c2cef18c6553'),
	('recorder', 32, '\x00219490f72a5092fc52'),
	('recorder', 33, '\x00223ce7486aa0aeff17'),
	('recorder', 34, '\x0023ca789fddf57e07e9'),
	('recorder', 35, '\x0024f3163ae36300ffb9'),
	('recorder', 36, '\x0025b6a5a57e25a932f3'),
	('recorder', 37, '\x0026afc83c266226e7ee'),
	('recorder', 38, '\x0027d8a32e32b010e457'),
	('recorder', 39, '\x00284abf20f91bc3e780'),
	('recorder', 40, '\x00292b089171c2372172'),
	('recorder', 41, '\x002a8e698810c4fd1477'),
	('recorder', 42, '\x002b18bd935624c20288'),
	('recorder', 43, '\x002cd2af0117e29c0a74'),
	('recorder', 44, '\x002d2188a47775683270'),
	('recorder', 45, '\x002e673b81929a3c5539'),
	('recorder', 46, '\x002ffaf947df578133ae'),
	('recorder', 47, '\x0030ac16117023f0ca88'),
	('recorder', 48, '\x003113bc90d8661d0dd4'),
	('recorder', 49, '\x0032d8064681aa566253');
INSERT INTO public.journal VALUES
	('recorder', 50, '\x0033bfed3f57bed3cfaa'),
	('recorder', 51, '\x0034f5bb5af86d2c7bfe'),
	('recorder', 52, '\x0035798d8a67fb95e904'),
	('recorder', 53, '\x0036048438b36c13e0fe'),
	('recorder', 54, '\x00370c99c1194400dcfd'),
	('recorder', 55, '\x003886a2d07b03231a1b'),
	('recorder', 56, '\x00395db68bf468d9441a'),
	('recorder', 57, '\x003a2f4edccd71014bc0'),
	('recorder', 58, '\x003b2a14ec699fbe8f2b'),
	('recorder', 59, '\x003c0444271530c3bb38'),
	('recorder', 60, '\x003d769837f24968486c'),
	('recorder', 61, '\x003e9c75677c0b39ff3b'),
	('recorder', 62, '\x003fb75cdf65188cae76'),
	('recorder', 63, '\x004010d7bc26b316c242'),
	('recorder', 64, '\x00417b6a32592a9f8239'),
	('recorder', 65, '\x0042ab14557ef9c7cba6'),
	('recorder', 66, '\x00439e4ea8f3a5809426'),
	('recorder', 67, '\x00440e601594da34d4da'),
	('recorder', 68, '\x004584816f4e93f12d87'),
	('recorder', 69, '\x0046d6b6c1c264f0538d'),
	('recorder', 70, '\x00474903bad4be439f8b'),
	('recorder', 71, '\x00484ca69f3ab3fa38ef'),
	('recorder', 72, '\x00495c3330e977bc6c80'),
	('recorder', 73, '\x004a4ee22e28a89f17d4'),
	('recorder', 74, '\x004b393d48be2330440c'),
	('recorder', 75, '\x004cb6487c82f6900eb2'),
	('recorder', 76, '\x004d72f6b66e35b8fb21'),
	('recorder', 77, '\x004ea1d9d04ed74732a3'),
	('recorder', 78, '\x004f92e1708a7c2a9650'),
	('recorder', 79, '\x0050ed5698a30e5f652f'),
	('recorder', 80, '\x0051ee97b8fc7c1c2524'),
	('recorder', 81, '\x005216c4fca28fa9c72a'),
	('recorder', 82, '\x00537466ae32a3d81e8d'),
	('recorder', 83, '\x00541deb8acdfcc9caa8'),
	('recorder', 84, '\x0055b1da81f333669d36'),
	('recorder', 85, '\x0056cacfe766b412470a'),
	('recorder', 86, '\x0057783f7797af4ea1d2'),
	('recorder', 87, '\x0058a994a6544a01dcc7'),
	('recorder', 88, '\x005984d4971e64c55ba4'),
	('recorder', 89, '\x005ae884de85f316643c'),
	('recorder', 90, '\x005b75ce00135301995d'),
	('recorder', 91, '\x005cdcab84f171939898'),
	('recorder', 92, '\x005d3b547ade7f55ce34'),
	('recorder', 93, '\x005ee4824d2d8678c9b9'),
	('recorder', 94, '\x005f14da1a3e6d8968b8'),
	('recorder', 95, '\x0060d50f737cf568cc89'),
	('recorder', 96, '\x006130cfbd4fb1c84a35'),
	('recorder', 97, '\x00620f16d081bc6ac499'),
	('recorder', 98, '\x006318bca59ecba962d7'),
	('recorder', 99, '\x0064ca684f08b935deb4');
INSERT INTO public.journal VALUES
	('recorder', 100, '\x0065b08b6138cfe82536'),
	('recorder', 101, '\x00667d825258c52deaeb'),
	('recorder', 102, '\x00678d08c444ea9d4e3b'),
	('recorder', 103, '\x006896ec7c43b3752b76'),
	('recorder', 104, '\x00696719f328ec9756dd'),
	('recorder', 105, '\x006a411015d7fdaa1186'),
	('recorder', 106, '\x006b8208f9be5df84d30'),
	('recorder', 107, '\x006c632100a7674c03ee'),
	('recorder', 108, '\x006d4359f9874e54b25f'),
	('recorder', 109, '\x006eeb1a2478dfe8c6dd'),
	('recorder', 110, '\x006fa84c4c300ad97a6a'),
	('recorder', 111, '\x0070016e3c60edadb627'),
	('recorder', 112, '\x00712eb96cf60074777b'),
	('recorder', 113, '\x0072c71449567a1ad3e0'),
	('recorder', 114, '\x00735f054018f4df5fa2'),
	('recorder', 115, '\x0074983271fbbb28b9a7'),
	('recorder', 116, '\x007571c56a94a0f61147'),
	('recorder', 117, '\x0076ea5923528660595c'),
	('recorder', 118, '\x0077f83206bfc7485abd'),
	('recorder', 119, '\x0078e874e8c45ca4934e'),
	('recorder', 120, '\x0079a085c78c901cd8b4'),
	('recorder', 121, '\x007a59ea7cdc9a423d51'),
	('recorder', 122, '\x007bc7122752da546892'),
	('recorder', 123, '\x007c68487a2ccc5dae10'),
	('recorder', 124, '\x007d9cad239eba18d5d7'),
	('recorder', 125, '\x007e80eeeca5e1bd4cdd'),
	('recorder', 126, '\x007f0b969f2ff92cea85'),
	('recorder', 127, '\x0080130d78b992321aa5'),
	('recorder', 128, '\x00819939d3b30fb344e0'),
	('recorder', 129, '\x0082d319479aa8cf2075'),
	('recorder', 130, '\x0083250ae383f24e79b3'),
	('recorder', 131, '\x0084d3daf19c03061ef7'),
	('recorder', 132, '\x0085f240531cd7bbdfc5'),
	('recorder', 133, '\x0086f288eb547f2e29d2'),
	('recorder', 134, '\x00876fc78604b87bf725'),
	('recorder', 135, '\x008872def50d484a3fa1'),
	('recorder', 136, '\x0089d735e307ba2d099e'),
	('recorder', 137, '\x008ab8caa0568216bc1a'),
	('recorder', 138, '\x008b0ce76a6f21b98ad8'),
	('recorder', 139, '\x008c82abc655b9062817'),
	('recorder', 140, '\x008d35b4ffa6b056b705'),
	('recorder', 141, '\x008e7cfb4bdeedf77a42'),
	('recorder', 142, '\x008f6d5a9fab059fc975'),
	('recorder', 143, '\x0090e3354cb40d57191a'),
	('recorder', 144, '\x00915589d51b49cd6c6f'),
	('recorder', 145, '\x0092ce0fec5ad73fa341'),
	('recorder', 146, '\x00930ed1f3fc17f1e2dc'),
	('recorder', 147, '\x009430f6b1360cb3f8b6'),
	('recorder', 148, '\x0095bccb25b28d0a3c59'),
	('recorder', 149, '\x00961b602b1726915d20');
INSERT INTO public.journal VALUES
	('recorder', 150, '\x0097893886347ae1ae43'),
	('recorder', 151, '\x0098da9525dfccb39651'),
	('recorder', 152, '\x0099f1f5e4eab08579a3'),
	('recorder', 153, '\x009a913e0ed53bfcda52'),
	('recorder', 154, '\x009b250397f7aa5f64d7'),
	('recorder', 155, '\x009ccb24e445635e3ba6'),
	('recorder', 156, '\x009d04f95584e7d9acb4'),
	('recorder', 157, '\x009e2aeeec455976e3aa'),
	('recorder', 158, '\x009f8624b3b629fb44c1'),
	('recorder', 159, '\x00a0d9eb275563b29efe'),
	('recorder', 160, '\x00a1ceb97d52df1bd39d'),
	('recorder', 161, '\x00a22a02004396af0a80'),
	('recorder', 162, '\x00a3eb0e07667eed35d9'),
	('recorder', 163, '\x00a4ddfa4bff98522f5b'),
	('recorder', 164, '\x00a5bf51ae20c6be98c3'),
	('recorder', 165, '\x00a6e5848d8aef5f0177'),
	('recorder', 166, '\x00a7a06ed5c5e768dc59'),
	('recorder', 167, '\x00a8eb012dd92a6601dd'),
	('recorder', 168, '\x00a92215dea0ca9e79fa'),
	('recorder', 169, '\x00aa0219f510670abd55'),
	('recorder', 170, '\x00ab95944f11a3902776'),
	('recorder', 171, '\x00ac1e2e7c07c7972302'),
	('recorder', 172, '\x00ad164eeddc0ebc53ac'),
	('recorder', 173, '\x00ae6055fee11e134600'),
	('recorder', 174, '\x00af6ee56c6cf2c21278'),
	('recorder', 175, '\x00b07eea4352b7d0ce9c'),
	('recorder', 176, '\x00b1adbc0e96ca03e5d8'),
	('recorder', 177, '\x00b2697e7e932a63703d'),
	('recorder', 178, '\x00b37323106cac33c270'),
	('recorder', 179, '\x00b4e7ab2731896fa915'),
	('recorder', 180, '\x00b563b2d63d0afa95e3'),
	('recorder', 181, '\x00b65608c6f31011b3bf'),
	('recorder', 182, '\x00b75190324758f9b383'),
	('recorder', 183, '\x00b80610d97ec3a9fbb8'),
	('recorder', 184, '\x00b9d1d62e79be9bd0dc'),
	('recorder', 185, '\x00ba3f54fe40f419c671'),
	('recorder', 186, '\x00bb8475d4a0b170436a'),
	('recorder', 187, '\x00bc8ffc0440208ce132'),
	('recorder', 188, '\x00bd6e9ad62e97c3196f'),
	('recorder', 189, '\x00be081a1bd45f901332'),
	('recorder', 190, '\x00bf4b120255027c851a'),
	('recorder', 191, '\x00c0875798e6822b59a4'),
	('recorder', 192, '\x00c164945e7d55ef405b'),
	('recorder', 193, '\x00c232efdf573969f12b'),
	('recorder', 194, '\x00c3a89d9c480d947ef4'),
	('recorder', 195, '\x00c4f67566a8f2a2f7b4'),
	('recorder', 196, '\x00c52a0107b7a2f5afef'),
	('recorder', 197, '\x00c63f87d75fb9edae46'),
	('recorder', 198, '\x00c740e6749bb1f66396'),
	('recorder', 199, '\x00c8220e09f04de37fde');
INSERT INTO public.journal VALUES
	('recorder', 200, '\x00c9ab32935cf18ef15e'),
	('recorder', 201, '\x00ca8d3e8d5597fe1679'),
	('recorder', 202, '\x00cb01f77ce77b8086f3'),
	('recorder', 203, '\x00ccbbc0aebb06e299f3'),
	('recorder', 204, '\x00cdf36a434caa14df5d'),
	('recorder', 205, '\xee48ef3e03eb66704f3b');
INSERT INTO public.message_2025_12 VALUES
	(1, '2025-12-31 23:59:30+00', 1, 1, false, '\x7b2276616c7565223a20343130302e32352c20226d656173757265645f6174223a2022323032352d31322d33315432333a35393a30305a227d');
INSERT INTO public.message_2026_01 VALUES
	(2, '2026-01-12 08:00:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325430383a30303a30305a227d'),
	(3, '2026-01-12 08:00:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e302c20226d656173757265645f6174223a2022323032362d30312d31325430383a30303a30305a227d'),
	(4, '2026-01-12 08:00:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e302c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(5, '2026-01-12 08:00:09+00', 5, 1, false, '\x7b22666c616d65223a20747275652c2022666c6f775f74656d7065726174757265223a2033352c20227265706f727465645f6174223a2022323032362d30312d31325430383a30303a30305a227d'),
	(6, '2026-01-12 08:00:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e302c20226d656173757265645f6174223a2022323032362d30312d31325430383a30303a30305a227d'),
	(7, '2026-01-12 08:10:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325430383a31303a30305a227d'),
	(8, '2026-01-12 08:10:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e30332c20226d656173757265645f6174223a2022323032362d30312d31325430383a31303a30305a227d'),
	(9, '2026-01-12 08:10:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e30332c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(10, '2026-01-12 08:10:09+00', 5, 1, false, '\x7b22666c616d65223a2066616c73652c2022666c6f775f74656d7065726174757265223a2033362c20227265706f727465645f6174223a2022323032362d30312d31325430383a31303a30305a227d'),
	(11, '2026-01-12 08:10:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e3031322c20226d656173757265645f6174223a2022323032362d30312d31325430383a31303a30305a227d'),
	(12, '2026-01-12 08:20:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325430383a32303a30305a227d'),
	(13, '2026-01-12 08:20:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e30362c20226d656173757265645f6174223a2022323032362d30312d31325430383a32303a30305a227d'),
	(14, '2026-01-12 08:20:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e30362c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(15, '2026-01-12 08:20:09+00', 5, 1, false, '\x7b22666c616d65223a2066616c73652c2022666c6f775f74656d7065726174757265223a2033372c20227265706f727465645f6174223a2022323032362d30312d31325430383a32303a30305a227d'),
	(16, '2026-01-12 08:20:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e3032342c20226d656173757265645f6174223a2022323032362d30312d31325430383a32303a30305a227d'),
	(17, '2026-01-12 08:30:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325430383a33303a30305a227d'),
	(18, '2026-01-12 08:30:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e30392c20226d656173757265645f6174223a2022323032362d30312d31325430383a33303a30305a227d'),
	(19, '2026-01-12 08:30:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e30392c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(20, '2026-01-12 08:30:09+00', 5, 1, false, '\x7b22666c616d65223a2066616c73652c2022666c6f775f74656d7065726174757265223a2033382c20227265706f727465645f6174223a2022323032362d30312d31325430383a33303a30305a227d'),
	(21, '2026-01-12 08:30:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e3033362c20226d656173757265645f6174223a2022323032362d30312d31325430383a33303a30305a227d'),
	(22, '2026-01-12 08:40:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325430383a34303a30305a227d'),
	(23, '2026-01-12 08:40:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e31322c20226d656173757265645f6174223a2022323032362d30312d31325430383a34303a30305a227d'),
	(24, '2026-01-12 08:40:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e31322c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(25, '2026-01-12 08:40:09+00', 5, 1, false, '\x7b22666c616d65223a20747275652c2022666c6f775f74656d7065726174757265223a2033392c20227265706f727465645f6174223a2022323032362d30312d31325430383a34303a30305a227d'),
	(26, '2026-01-12 08:40:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e3034382c20226d656173757265645f6174223a2022323032362d30312d31325430383a34303a30305a227d'),
	(27, '2026-01-12 08:50:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325430383a35303a30305a227d'),
	(28, '2026-01-12 08:50:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e31352c20226d656173757265645f6174223a2022323032362d30312d31325430383a35303a30305a227d'),
	(29, '2026-01-12 08:50:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e31352c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(30, '2026-01-12 08:50:09+00', 5, 1, false, '\x7b22666c616d65223a2066616c73652c2022666c6f775f74656d7065726174757265223a2034302c20227265706f727465645f6174223a2022323032362d30312d31325430383a35303a30305a227d'),
	(31, '2026-01-12 08:50:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e30362c20226d656173757265645f6174223a2022323032362d30312d31325430383a35303a30305a227d'),
	(32, '2026-01-12 09:00:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325430393a30303a30305a227d'),
	(33, '2026-01-12 09:00:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e31382c20226d656173757265645f6174223a2022323032362d30312d31325430393a30303a30305a227d'),
	(34, '2026-01-12 09:00:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e31382c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(35, '2026-01-12 09:00:09+00', 5, 1, false, '\x7b22666c616d65223a2066616c73652c2022666c6f775f74656d7065726174757265223a2034312c20227265706f727465645f6174223a2022323032362d30312d31325430393a30303a30305a227d'),
	(36, '2026-01-12 09:00:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e3037322c20226d656173757265645f6174223a2022323032362d30312d31325430393a30303a30305a227d'),
	(37, '2026-01-12 09:10:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325430393a31303a30305a227d'),
	(38, '2026-01-12 09:10:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e32312c20226d656173757265645f6174223a2022323032362d30312d31325430393a31303a30305a227d'),
	(39, '2026-01-12 09:10:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e32312c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(40, '2026-01-12 09:10:09+00', 5, 1, false, '\x7b22666c616d65223a2066616c73652c2022666c6f775f74656d7065726174757265223a2034322c20227265706f727465645f6174223a2022323032362d30312d31325430393a31303a30305a227d'),
	(41, '2026-01-12 09:10:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e3038342c20226d656173757265645f6174223a2022323032362d30312d31325430393a31303a30305a227d'),
	(42, '2026-01-12 09:20:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325430393a32303a30305a227d'),
	(43, '2026-01-12 09:20:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e32342c20226d656173757265645f6174223a2022323032362d30312d31325430393a32303a30305a227d'),
	(44, '2026-01-12 09:20:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e32342c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(45, '2026-01-12 09:20:09+00', 5, 1, false, '\x7b22666c616d65223a20747275652c2022666c6f775f74656d7065726174757265223a2034332c20227265706f727465645f6174223a2022323032362d30312d31325430393a32303a30305a227d'),
	(46, '2026-01-12 09:20:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e3039362c20226d656173757265645f6174223a2022323032362d30312d31325430393a32303a30305a227d'),
	(47, '2026-01-12 09:30:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325430393a33303a30305a227d'),
	(48, '2026-01-12 09:30:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e32372c20226d656173757265645f6174223a2022323032362d30312d31325430393a33303a30305a227d'),
	(49, '2026-01-12 09:30:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e32372c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(50, '2026-01-12 09:30:09+00', 5, 1, false, '\x7b22666c616d65223a2066616c73652c2022666c6f775f74656d7065726174757265223a2034342c20227265706f727465645f6174223a2022323032362d30312d31325430393a33303a30305a227d'),
	(51, '2026-01-12 09:30:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e3130382c20226d656173757265645f6174223a2022323032362d30312d31325430393a33303a30305a227d');
INSERT INTO public.message_2026_01 VALUES
	(52, '2026-01-12 09:40:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325430393a34303a30305a227d'),
	(53, '2026-01-12 09:40:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e332c20226d656173757265645f6174223a2022323032362d30312d31325430393a34303a30305a227d'),
	(54, '2026-01-12 09:40:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e332c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(55, '2026-01-12 09:40:09+00', 5, 1, false, '\x7b22666c616d65223a2066616c73652c2022666c6f775f74656d7065726174757265223a2034352c20227265706f727465645f6174223a2022323032362d30312d31325430393a34303a30305a227d'),
	(56, '2026-01-12 09:40:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e31322c20226d656173757265645f6174223a2022323032362d30312d31325430393a34303a30305a227d'),
	(57, '2026-01-12 09:50:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325430393a35303a30305a227d'),
	(58, '2026-01-12 09:50:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e33332c20226d656173757265645f6174223a2022323032362d30312d31325430393a35303a30305a227d'),
	(59, '2026-01-12 09:50:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e33332c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(60, '2026-01-12 09:50:09+00', 5, 1, false, '\x7b22666c616d65223a2066616c73652c2022666c6f775f74656d7065726174757265223a2034362c20227265706f727465645f6174223a2022323032362d30312d31325430393a35303a30305a227d'),
	(61, '2026-01-12 09:50:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e3133322c20226d656173757265645f6174223a2022323032362d30312d31325430393a35303a30305a227d'),
	(62, '2026-01-12 10:00:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325431303a30303a30305a227d'),
	(63, '2026-01-12 10:00:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e33362c20226d656173757265645f6174223a2022323032362d30312d31325431303a30303a30305a227d'),
	(64, '2026-01-12 10:00:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e33362c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(65, '2026-01-12 10:00:09+00', 5, 1, false, '\x7b22666c616d65223a20747275652c2022666c6f775f74656d7065726174757265223a2034372c20227265706f727465645f6174223a2022323032362d30312d31325431303a30303a30305a227d'),
	(66, '2026-01-12 10:00:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e3134342c20226d656173757265645f6174223a2022323032362d30312d31325431303a30303a30305a227d'),
	(67, '2026-01-12 10:10:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325431303a31303a30305a227d'),
	(68, '2026-01-12 10:10:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e33392c20226d656173757265645f6174223a2022323032362d30312d31325431303a31303a30305a227d'),
	(69, '2026-01-12 10:10:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e33392c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(70, '2026-01-12 10:10:09+00', 5, 1, false, '\x7b22666c616d65223a2066616c73652c2022666c6f775f74656d7065726174757265223a2034382c20227265706f727465645f6174223a2022323032362d30312d31325431303a31303a30305a227d'),
	(71, '2026-01-12 10:10:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e3135362c20226d656173757265645f6174223a2022323032362d30312d31325431303a31303a30305a227d'),
	(72, '2026-01-12 10:20:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325431303a32303a30305a227d'),
	(73, '2026-01-12 10:20:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e34322c20226d656173757265645f6174223a2022323032362d30312d31325431303a32303a30305a227d'),
	(74, '2026-01-12 10:20:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e34322c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(75, '2026-01-12 10:20:09+00', 5, 1, false, '\x7b22666c616d65223a2066616c73652c2022666c6f775f74656d7065726174757265223a2034392c20227265706f727465645f6174223a2022323032362d30312d31325431303a32303a30305a227d'),
	(76, '2026-01-12 10:20:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e3136382c20226d656173757265645f6174223a2022323032362d30312d31325431303a32303a30305a227d'),
	(77, '2026-01-12 10:30:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325431303a33303a30305a227d'),
	(78, '2026-01-12 10:30:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e34352c20226d656173757265645f6174223a2022323032362d30312d31325431303a33303a30305a227d'),
	(79, '2026-01-12 10:30:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e34352c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(80, '2026-01-12 10:30:09+00', 5, 1, false, '\x7b22666c616d65223a2066616c73652c2022666c6f775f74656d7065726174757265223a2035302c20227265706f727465645f6174223a2022323032362d30312d31325431303a33303a30305a227d'),
	(81, '2026-01-12 10:30:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e31382c20226d656173757265645f6174223a2022323032362d30312d31325431303a33303a30305a227d'),
	(82, '2026-01-12 10:40:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325431303a34303a30305a227d'),
	(83, '2026-01-12 10:40:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e34382c20226d656173757265645f6174223a2022323032362d30312d31325431303a34303a30305a227d'),
	(84, '2026-01-12 10:40:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e34382c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(85, '2026-01-12 10:40:09+00', 5, 1, false, '\x7b22666c616d65223a20747275652c2022666c6f775f74656d7065726174757265223a2035312c20227265706f727465645f6174223a2022323032362d30312d31325431303a34303a30305a227d'),
	(86, '2026-01-12 10:40:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e3139322c20226d656173757265645f6174223a2022323032362d30312d31325431303a34303a30305a227d'),
	(87, '2026-01-12 10:50:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325431303a35303a30305a227d'),
	(88, '2026-01-12 10:50:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e35312c20226d656173757265645f6174223a2022323032362d30312d31325431303a35303a30305a227d'),
	(89, '2026-01-12 10:50:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e35312c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(90, '2026-01-12 10:50:09+00', 5, 1, false, '\x7b22666c616d65223a2066616c73652c2022666c6f775f74656d7065726174757265223a2035322c20227265706f727465645f6174223a2022323032362d30312d31325431303a35303a30305a227d'),
	(91, '2026-01-12 10:50:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e3230342c20226d656173757265645f6174223a2022323032362d30312d31325431303a35303a30305a227d'),
	(92, '2026-01-12 11:00:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325431313a30303a30305a227d'),
	(93, '2026-01-12 11:00:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e35342c20226d656173757265645f6174223a2022323032362d30312d31325431313a30303a30305a227d'),
	(94, '2026-01-12 11:00:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e35342c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(95, '2026-01-12 11:00:09+00', 5, 1, false, '\x7b22666c616d65223a2066616c73652c2022666c6f775f74656d7065726174757265223a2035332c20227265706f727465645f6174223a2022323032362d30312d31325431313a30303a30305a227d'),
	(96, '2026-01-12 11:00:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e3231362c20226d656173757265645f6174223a2022323032362d30312d31325431313a30303a30305a227d'),
	(97, '2026-01-12 11:10:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325431313a31303a30305a227d'),
	(98, '2026-01-12 11:10:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e35372c20226d656173757265645f6174223a2022323032362d30312d31325431313a31303a30305a227d'),
	(99, '2026-01-12 11:10:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e35372c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(100, '2026-01-12 11:10:09+00', 5, 1, false, '\x7b22666c616d65223a2066616c73652c2022666c6f775f74656d7065726174757265223a2035342c20227265706f727465645f6174223a2022323032362d30312d31325431313a31303a30305a227d'),
	(101, '2026-01-12 11:10:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e3232382c20226d656173757265645f6174223a2022323032362d30312d31325431313a31303a30305a227d');
INSERT INTO public.message_2026_01 VALUES
	(102, '2026-01-12 11:20:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325431313a32303a30305a227d'),
	(103, '2026-01-12 11:20:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e362c20226d656173757265645f6174223a2022323032362d30312d31325431313a32303a30305a227d'),
	(104, '2026-01-12 11:20:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e362c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(105, '2026-01-12 11:20:09+00', 5, 1, false, '\x7b22666c616d65223a20747275652c2022666c6f775f74656d7065726174757265223a2033352c20227265706f727465645f6174223a2022323032362d30312d31325431313a32303a30305a227d'),
	(106, '2026-01-12 11:20:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e32342c20226d656173757265645f6174223a2022323032362d30312d31325431313a32303a30305a227d'),
	(107, '2026-01-12 11:30:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325431313a33303a30305a227d'),
	(108, '2026-01-12 11:30:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e36332c20226d656173757265645f6174223a2022323032362d30312d31325431313a33303a30305a227d'),
	(109, '2026-01-12 11:30:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e36332c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(110, '2026-01-12 11:30:09+00', 5, 1, false, '\x7b22666c616d65223a2066616c73652c2022666c6f775f74656d7065726174757265223a2033362c20227265706f727465645f6174223a2022323032362d30312d31325431313a33303a30305a227d'),
	(111, '2026-01-12 11:30:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e3235322c20226d656173757265645f6174223a2022323032362d30312d31325431313a33303a30305a227d'),
	(112, '2026-01-12 11:40:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325431313a34303a30305a227d'),
	(113, '2026-01-12 11:40:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e36362c20226d656173757265645f6174223a2022323032362d30312d31325431313a34303a30305a227d'),
	(114, '2026-01-12 11:40:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e36362c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(115, '2026-01-12 11:40:09+00', 5, 1, false, '\x7b22666c616d65223a2066616c73652c2022666c6f775f74656d7065726174757265223a2033372c20227265706f727465645f6174223a2022323032362d30312d31325431313a34303a30305a227d'),
	(116, '2026-01-12 11:40:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e3236342c20226d656173757265645f6174223a2022323032362d30312d31325431313a34303a30305a227d'),
	(117, '2026-01-12 11:50:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325431313a35303a30305a227d'),
	(118, '2026-01-12 11:50:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e36392c20226d656173757265645f6174223a2022323032362d30312d31325431313a35303a30305a227d'),
	(119, '2026-01-12 11:50:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e36392c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(120, '2026-01-12 11:50:09+00', 5, 1, false, '\x7b22666c616d65223a2066616c73652c2022666c6f775f74656d7065726174757265223a2033382c20227265706f727465645f6174223a2022323032362d30312d31325431313a35303a30305a227d'),
	(121, '2026-01-12 11:50:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e3237362c20226d656173757265645f6174223a2022323032362d30312d31325431313a35303a30305a227d'),
	(122, '2026-01-12 12:00:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325431323a30303a30305a227d'),
	(123, '2026-01-12 12:00:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e37322c20226d656173757265645f6174223a2022323032362d30312d31325431323a30303a30305a227d'),
	(124, '2026-01-12 12:00:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e37322c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(125, '2026-01-12 12:00:09+00', 5, 1, false, '\x7b22666c616d65223a20747275652c2022666c6f775f74656d7065726174757265223a2033392c20227265706f727465645f6174223a2022323032362d30312d31325431323a30303a30305a227d'),
	(126, '2026-01-12 12:00:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e3238382c20226d656173757265645f6174223a2022323032362d30312d31325431323a30303a30305a227d'),
	(127, '2026-01-12 12:10:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325431323a31303a30305a227d'),
	(128, '2026-01-12 12:10:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e37352c20226d656173757265645f6174223a2022323032362d30312d31325431323a31303a30305a227d'),
	(129, '2026-01-12 12:10:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e37352c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(130, '2026-01-12 12:10:09+00', 5, 1, false, '\x7b22666c616d65223a2066616c73652c2022666c6f775f74656d7065726174757265223a2034302c20227265706f727465645f6174223a2022323032362d30312d31325431323a31303a30305a227d'),
	(131, '2026-01-12 12:10:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e332c20226d656173757265645f6174223a2022323032362d30312d31325431323a31303a30305a227d'),
	(132, '2026-01-12 12:20:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325431323a32303a30305a227d'),
	(133, '2026-01-12 12:20:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e37382c20226d656173757265645f6174223a2022323032362d30312d31325431323a32303a30305a227d'),
	(134, '2026-01-12 12:20:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e37382c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(135, '2026-01-12 12:20:09+00', 5, 1, false, '\x7b22666c616d65223a2066616c73652c2022666c6f775f74656d7065726174757265223a2034312c20227265706f727465645f6174223a2022323032362d30312d31325431323a32303a30305a227d'),
	(136, '2026-01-12 12:20:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e3331322c20226d656173757265645f6174223a2022323032362d30312d31325431323a32303a30305a227d'),
	(137, '2026-01-12 12:30:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325431323a33303a30305a227d'),
	(138, '2026-01-12 12:30:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e38312c20226d656173757265645f6174223a2022323032362d30312d31325431323a33303a30305a227d'),
	(139, '2026-01-12 12:30:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e38312c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(140, '2026-01-12 12:30:09+00', 5, 1, false, '\x7b22666c616d65223a2066616c73652c2022666c6f775f74656d7065726174757265223a2034322c20227265706f727465645f6174223a2022323032362d30312d31325431323a33303a30305a227d'),
	(141, '2026-01-12 12:30:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e3332342c20226d656173757265645f6174223a2022323032362d30312d31325431323a33303a30305a227d'),
	(142, '2026-01-12 12:40:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325431323a34303a30305a227d'),
	(143, '2026-01-12 12:40:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e38342c20226d656173757265645f6174223a2022323032362d30312d31325431323a34303a30305a227d'),
	(144, '2026-01-12 12:40:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e38342c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(145, '2026-01-12 12:40:09+00', 5, 1, false, '\x7b22666c616d65223a20747275652c2022666c6f775f74656d7065726174757265223a2034332c20227265706f727465645f6174223a2022323032362d30312d31325431323a34303a30305a227d'),
	(146, '2026-01-12 12:40:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e3333362c20226d656173757265645f6174223a2022323032362d30312d31325431323a34303a30305a227d'),
	(147, '2026-01-12 12:50:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325431323a35303a30305a227d'),
	(148, '2026-01-12 12:50:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e38372c20226d656173757265645f6174223a2022323032362d30312d31325431323a35303a30305a227d'),
	(149, '2026-01-12 12:50:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e38372c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(150, '2026-01-12 12:50:09+00', 5, 1, false, '\x7b22666c616d65223a2066616c73652c2022666c6f775f74656d7065726174757265223a2034342c20227265706f727465645f6174223a2022323032362d30312d31325431323a35303a30305a227d'),
	(151, '2026-01-12 12:50:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e3334382c20226d656173757265645f6174223a2022323032362d30312d31325431323a35303a30305a227d');
INSERT INTO public.message_2026_01 VALUES
	(152, '2026-01-12 13:00:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325431333a30303a30305a227d'),
	(153, '2026-01-12 13:00:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e392c20226d656173757265645f6174223a2022323032362d30312d31325431333a30303a30305a227d'),
	(154, '2026-01-12 13:00:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e392c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(155, '2026-01-12 13:00:09+00', 5, 1, false, '\x7b22666c616d65223a2066616c73652c2022666c6f775f74656d7065726174757265223a2034352c20227265706f727465645f6174223a2022323032362d30312d31325431333a30303a30305a227d'),
	(156, '2026-01-12 13:00:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e33362c20226d656173757265645f6174223a2022323032362d30312d31325431333a30303a30305a227d'),
	(157, '2026-01-12 13:10:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325431333a31303a30305a227d'),
	(158, '2026-01-12 13:10:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e39332c20226d656173757265645f6174223a2022323032362d30312d31325431333a31303a30305a227d'),
	(159, '2026-01-12 13:10:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e39332c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(160, '2026-01-12 13:10:09+00', 5, 1, false, '\x7b22666c616d65223a2066616c73652c2022666c6f775f74656d7065726174757265223a2034362c20227265706f727465645f6174223a2022323032362d30312d31325431333a31303a30305a227d'),
	(161, '2026-01-12 13:10:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e3337322c20226d656173757265645f6174223a2022323032362d30312d31325431333a31303a30305a227d'),
	(162, '2026-01-12 13:20:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325431333a32303a30305a227d'),
	(163, '2026-01-12 13:20:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e39362c20226d656173757265645f6174223a2022323032362d30312d31325431333a32303a30305a227d'),
	(164, '2026-01-12 13:20:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e39362c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(165, '2026-01-12 13:20:09+00', 5, 1, false, '\x7b22666c616d65223a20747275652c2022666c6f775f74656d7065726174757265223a2034372c20227265706f727465645f6174223a2022323032362d30312d31325431333a32303a30305a227d'),
	(166, '2026-01-12 13:20:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e3338342c20226d656173757265645f6174223a2022323032362d30312d31325431333a32303a30305a227d'),
	(167, '2026-01-12 13:30:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325431333a33303a30305a227d'),
	(168, '2026-01-12 13:30:04+00', 3, 1, false, '\x7b2276616c7565223a2031392e39392c20226d656173757265645f6174223a2022323032362d30312d31325431333a33303a30305a227d'),
	(169, '2026-01-12 13:30:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2031392e39392c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(170, '2026-01-12 13:30:09+00', 5, 1, false, '\x7b22666c616d65223a2066616c73652c2022666c6f775f74656d7065726174757265223a2034382c20227265706f727465645f6174223a2022323032362d30312d31325431333a33303a30305a227d'),
	(171, '2026-01-12 13:30:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e3339362c20226d656173757265645f6174223a2022323032362d30312d31325431333a33303a30305a227d'),
	(172, '2026-01-12 13:40:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325431333a34303a30305a227d'),
	(173, '2026-01-12 13:40:04+00', 3, 1, false, '\x7b2276616c7565223a2032302e30322c20226d656173757265645f6174223a2022323032362d30312d31325431333a34303a30305a227d'),
	(174, '2026-01-12 13:40:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2032302e30322c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(175, '2026-01-12 13:40:09+00', 5, 1, false, '\x7b22666c616d65223a2066616c73652c2022666c6f775f74656d7065726174757265223a2034392c20227265706f727465645f6174223a2022323032362d30312d31325431333a34303a30305a227d'),
	(176, '2026-01-12 13:40:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e3430382c20226d656173757265645f6174223a2022323032362d30312d31325431333a34303a30305a227d'),
	(177, '2026-01-12 13:50:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325431333a35303a30305a227d'),
	(178, '2026-01-12 13:50:04+00', 3, 1, false, '\x7b2276616c7565223a2032302e30352c20226d656173757265645f6174223a2022323032362d30312d31325431333a35303a30305a227d'),
	(179, '2026-01-12 13:50:05+00', 4, 1, false, '\x7b2274656d7065726174757265223a2032302e30352c2022736574706f696e74223a2032302c2022616374696f6e223a202268656174696e67222c202264656d616e64223a2034302c202272756c65223a20227363686564756c65222c2022726561736f6e223a20223230205c753030623043206279207363686564756c6520756e74696c2032323a3330227d'),
	(180, '2026-01-12 13:50:09+00', 5, 1, false, '\x7b22666c616d65223a2066616c73652c2022666c6f775f74656d7065726174757265223a2035302c20227265706f727465645f6174223a2022323032362d30312d31325431333a35303a30305a227d'),
	(181, '2026-01-12 13:50:20+00', 1, 1, false, '\x7b2276616c7565223a20343230302e34322c20226d656173757265645f6174223a2022323032362d30312d31325431333a35303a30305a227d'),
	(182, '2026-01-12 14:00:00+00', 6, 1, false, '\x00ff206e6f74204a534f4e'),
	(183, '2026-01-12 14:00:30+00', 3, 1, true, '\x7b2276616c7565223a2032312e372c20226d656173757265645f6174223a2022323032362d30312d31325431343a30303a30305a227d'),
	(184, '2026-01-12 14:00:30+00', 7, 1, true, '\x7b2276616c7565223a2032302e382c20226d656173757265645f6174223a2022323032362d30312d31325431343a30303a30305a227d'),
	(185, '2026-01-12 14:00:30+00', 5, 1, true, '\x7b22666c616d65223a2066616c73652c2022666c6f775f74656d7065726174757265223a2033352e302c20227265706f727465645f6174223a2022323032362d30312d31325431343a30303a30305a227d'),
	(186, '2026-01-12 14:00:30+00', 8, 1, true, '\x7b2276616c7565223a20332e352c20226d656173757265645f6174223a2022323032362d30312d31325431343a30303a30305a227d'),
	(187, '2026-01-12 14:00:30+00', 9, 1, true, '\x7b226f70656e696e67223a302c22736574706f696e74223a352c226973737565645f6174223a22323032362d30312d31325431333a35343a30305a222c22657870697265735f6174223a22323032362d30312d31325431353a32343a30305a222c2266616c6c6261636b223a32312e352c22726561736f6e223a226f766572726964653a207761726d20656e6f7567683a20302e32204b2061626f76652032312e35227d'),
	(188, '2026-01-12 14:00:30+00', 10, 1, true, '\x7b2277696e646f77223a7b2276616c7565223a22636c6f736564222c2273696e6365223a22323032362d30312d31315431303a34303a30305a227d2c2276616c766573223a7b22303031613232303030303031223a7b22746f6c645f6174223a22323032362d30312d31325431323a35343a30305a222c226d6f766573223a387d7d2c226c6177223a7b22736174697366696564223a747275652c22636c6f736564223a313736383232323434302c227065616b223a7b226174223a313736383232333538302c226f66223a32312e397d7d7d'),
	(189, '2026-01-12 14:00:30+00', 11, 1, true, '\x7b226d6f6465223a226175746f222c22707265736574223a226e6f6e65222c227072657365745f756e74696c223a6e756c6c2c2270726573657473223a7b22636f6d666f7274223a32302e352c2265636f223a31372c2261776179223a31352c2266726f7374223a372c22626f6f7374223a32337d2c226f76657272696465223a7b22736574706f696e74223a32312e352c22756e74696c223a22323032362d30312d31325432313a33303a30305a227d2c22626f6f73745f756e74696c223a6e756c6c7d'),
	(190, '2026-01-12 14:00:30+00', 12, 1, true, '\x5b7b22646179223a312c2274696d65223a2230363a3330222c22736574706f696e74223a32307d2c7b22646179223a312c2274696d65223a2232323a3330222c22736574706f696e74223a31377d2c7b22646179223a322c2274696d65223a2230363a3330222c22736574706f696e74223a32307d2c7b22646179223a322c2274696d65223a2232323a3330222c22736574706f696e74223a31377d2c7b22646179223a332c2274696d65223a2230363a3330222c22736574706f696e74223a32307d2c7b22646179223a332c2274696d65223a2232323a3330222c22736574706f696e74223a31377d2c7b22646179223a342c2274696d65223a2230363a3330222c22736574706f696e74223a32307d2c7b22646179223a342c2274696d65223a2232323a3330222c22736574706f696e74223a31377d2c7b22646179223a352c2274696d65223a2230363a3330222c22736574706f696e74223a32307d2c7b22646179223a352c2274696d65223a2232323a3330222c22736574706f696e74223a31377d2c7b22646179223a362c2274696d65223a2230363a3330222c22736574706f696e74223a32307d2c7b22646179223a362c2274696d65223a2232323a3330222c22736574706f696e74223a31377d2c7b22646179223a372c2274696d65223a2230363a3330222c22736574706f696e74223a32307d2c7b22646179223a372c2274696d65223a2232323a3330222c22736574706f696e74223a31377d5d'),
	(191, '2026-01-12 14:00:30+00', 4, 1, true, '\x7b2274656d7065726174757265223a32312e372c2268756d6964697479223a6e756c6c2c22736574706f696e74223a32312e352c22616374696f6e223a2269646c65222c2264656d616e64223a302c2272756c65223a226f76657272696465222c22726561736f6e223a2232312e3520c2b043206279206f7665727269646520756e74696c2032323a33303b207761726d20656e6f7567683a20302e32204b2061626f76652032312e35222c22756e74696c223a22323032362d30312d31325432313a33303a30305a222c226e6578745f736574706f696e74223a31372c226e6578745f7377697463685f6174223a22323032362d30312d31325432313a33303a30305a222c226d6f6465223a226175746f222c22707265736574223a226e6f6e65222c2277696e646f77223a22636c6f736564222c227374616c656e657373223a226672657368222c226d656173757265645f6174223a22323032362d30312d31325431343a30303a30305a222c22616c657274223a6e756c6c7d'),
	(192, '2026-01-12 14:00:30+00', 13, 1, true, '\x7b226f70656e696e67223a302c22736574706f696e74223a352c226973737565645f6174223a22323032362d30312d31325431333a33353a30305a222c22657870697265735f6174223a22323032362d30312d31325431353a30353a30305a222c2266616c6c6261636b223a32302e352c22726561736f6e223a226f766572726964653a207761726d20656e6f7567683a20302e34204b2061626f76652032302e35227d'),
	(193, '2026-01-12 14:00:30+00', 14, 1, true, '\x7b2276616c766573223a7b22303031613232303030303032223a7b22746f6c645f6174223a22323032362d30312d31325431333a30353a30305a222c226d6f766573223a31307d7d2c226c6177223a7b22736174697366696564223a747275652c22636c6f736564223a313736383232333130302c22616972223a7b226174223a313736383232323836302c226f66223a32302e397d2c227065616b223a7b226174223a313736383232333532302c226f66223a32312e307d7d7d'),
	(194, '2026-01-12 14:00:30+00', 15, 1, true, '\x7b226d6f6465223a2268656174222c22707265736574223a226e6f6e65222c227072657365745f756e74696c223a6e756c6c2c2270726573657473223a7b22636f6d666f7274223a32302e352c2265636f223a31372c2261776179223a31352c2266726f7374223a372c22626f6f7374223a32337d2c226f76657272696465223a7b22736574706f696e74223a32302e352c22756e74696c223a6e756c6c7d2c22626f6f73745f756e74696c223a6e756c6c7d'),
	(195, '2026-01-12 14:00:30+00', 16, 1, true, '\x5b5d'),
	(196, '2026-01-12 14:00:30+00', 17, 1, true, '\x7b2274656d7065726174757265223a32302e382c2268756d6964697479223a6e756c6c2c22736574706f696e74223a32302e352c22616374696f6e223a2269646c65222c2264656d616e64223a302c2272756c65223a226f76657272696465222c22726561736f6e223a2232302e3520c2b043206279206f766572726964653b207761726d20656e6f7567683a20302e33204b2061626f76652032302e35222c22756e74696c223a6e756c6c2c226e6578745f736574706f696e74223a6e756c6c2c226e6578745f7377697463685f6174223a6e756c6c2c226d6f6465223a2268656174222c22707265736574223a226e6f6e65222c2277696e646f77223a6e756c6c2c227374616c656e657373223a226672657368222c226d656173757265645f6174223a22323032362d30312d31325431343a30303a30305a222c22616c657274223a6e756c6c7d'),
	(197, '2026-01-12 14:00:30+00', 18, 1, true, '\x7b2263616c6c223a66616c73652c22666c6f775f736574706f696e74223a6e756c6c2c226973737565645f6174223a22323032362d30312d31325431343a30303a30305a222c22657870697265735f6174223a22323032362d30312d31325431343a31303a30305a222c22726561736f6e223a226e6f20726f6f6d206e656564732068656174227d'),
	(198, '2026-01-12 14:00:30+00', 19, 1, true, '\x7b2261776179223a6e756c6c7d'),
	(199, '2026-01-12 14:00:30+00', 20, 1, true, '\x7b226c6177223a7b22746f70223a37302e302c226275726e73223a5b5b323331392c39315d2c5b323638352c31395d2c5b323232302c34315d2c5b323732382c32325d5d2c2272657374223a302e3835337d7d'),
	(200, '2026-01-12 14:00:30+00', 21, 1, true, '\x7b227469636b5f6174223a22323032362d30312d31325431343a30303a30305a222c2263616c6c5f73696e6365223a22323032362d30312d31325431323a35383a30305a222c226c6177223a7b227374617465223a2269646c65222c2273696e6365223a313736383232323638307d7d'),
	(201, '2026-01-12 14:00:30+00', 22, 1, true, '\x7b226f70656e696e67223a20302c2022736574706f696e74223a20352c20227265706f727465645f6174223a2022323032362d30312d31325431333a35343a31305a227d');
INSERT INTO public.message_2026_01 VALUES
	(202, '2026-01-12 14:00:30+00', 23, 1, true, '\x7b226f70656e696e67223a20302c2022736574706f696e74223a20352c20227265706f727465645f6174223a2022323032362d30312d31325431333a33353a31305a227d'),
	(203, '2026-01-12 14:00:30+00', 24, 1, true, '\x7b226c6177223a7b22636f617374223a302e3130372c2266616c6c223a302e33377d7d'),
	(204, '2026-01-12 14:00:30+00', 25, 1, true, '\x7b226c6177223a7b2277617973223a7b2230363a3330203230223a5b32392e362c302e38375d7d2c22776179223a5b32392e362c302e38375d2c22636f617374223a302e3131392c2266616c6c223a302e347d7d'),
	(205, '2026-01-12 14:00:30+00', 26, 1, true, '\x7b2276616c7565223a2022636c6f736564222c20226d656173757265645f6174223a2022323032362d30312d31325431303a34313a30305a227d'),
	(206, '2026-01-12 14:01:00+00', 2, 1, false, '\x7b226174223a2022323032362d30312d31325431343a30313a30305a227d');
INSERT INTO public.topic VALUES
	(1, 'home/meter/gas'),
	(2, 'home/tick'),
	(3, 'home/room/living/temperature'),
	(4, 'home/room/living/status'),
	(5, 'home/boiler/status'),
	(6, 'home/room/living/temperature/a4c138000001'),
	(7, 'home/room/bath/temperature'),
	(8, 'home/outside/temperature'),
	(9, 'home/valve/001a22000001/set'),
	(10, 'home/room/living/memory'),
	(11, 'home/room/living/settings'),
	(12, 'home/room/living/schedule'),
	(13, 'home/valve/001a22000002/set'),
	(14, 'home/room/bath/memory'),
	(15, 'home/room/bath/settings'),
	(16, 'home/room/bath/schedule'),
	(17, 'home/room/bath/status'),
	(18, 'home/boiler/set'),
	(19, 'home/settings'),
	(20, 'home/learned'),
	(21, 'home/memory'),
	(22, 'home/valve/001a22000001/status'),
	(23, 'home/valve/001a22000002/status'),
	(24, 'home/room/bath/learned'),
	(25, 'home/room/living/learned'),
	(26, 'home/room/living/window');
INSERT INTO public.traffic VALUES
	('2025-12-31 23:00:00+00', 1, 57),
	('2026-01-12 08:00:00+00', 30, 2171),
	('2026-01-12 09:00:00+00', 30, 2174),
	('2026-01-12 10:00:00+00', 30, 2175),
	('2026-01-12 11:00:00+00', 30, 2174),
	('2026-01-12 12:00:00+00', 30, 2174),
	('2026-01-12 13:00:00+00', 30, 2173);
INSERT INTO public.watermark VALUES
	('hourly', 181);
SELECT pg_catalog.setval('public.message_id_seq', 206, true);
SELECT pg_catalog.setval('public.topic_id_seq', 26, true);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.hourly
    ADD CONSTRAINT hourly_pkey PRIMARY KEY (topic_id, field, hour);
ALTER TABLE ONLY public.journal
    ADD CONSTRAINT journal_pkey PRIMARY KEY (session, start);
ALTER TABLE ONLY public.topic
    ADD CONSTRAINT topic_name_key UNIQUE (name);
ALTER TABLE ONLY public.topic
    ADD CONSTRAINT topic_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.traffic
    ADD CONSTRAINT traffic_pkey PRIMARY KEY (hour);
ALTER TABLE ONLY public.watermark
    ADD CONSTRAINT watermark_pkey PRIMARY KEY (name);
CREATE INDEX message_by_arrival ON ONLY public.message USING brin (id, received_at) WITH (pages_per_range='32', autosummarize='on');
CREATE INDEX message_2025_12_id_received_at_idx ON public.message_2025_12 USING brin (id, received_at) WITH (pages_per_range='32', autosummarize='on');
CREATE INDEX message_by_span ON ONLY public.message USING btree (topic_id, date_bin('04:00:00'::interval, received_at, '2000-01-01 00:00:00+00'::timestamp with time zone)) WITH (fillfactor='100');
CREATE INDEX message_2025_12_topic_id_date_bin_idx ON public.message_2025_12 USING btree (topic_id, date_bin('04:00:00'::interval, received_at, '2000-01-01 00:00:00+00'::timestamp with time zone)) WITH (fillfactor='100');
CREATE INDEX message_2026_01_id_received_at_idx ON public.message_2026_01 USING brin (id, received_at) WITH (pages_per_range='32', autosummarize='on');
CREATE INDEX message_2026_01_topic_id_date_bin_idx ON public.message_2026_01 USING btree (topic_id, date_bin('04:00:00'::interval, received_at, '2000-01-01 00:00:00+00'::timestamp with time zone)) WITH (fillfactor='100');
CREATE INDEX message_2026_02_id_received_at_idx ON public.message_2026_02 USING brin (id, received_at) WITH (pages_per_range='32', autosummarize='on');
CREATE INDEX message_2026_02_topic_id_date_bin_idx ON public.message_2026_02 USING btree (topic_id, date_bin('04:00:00'::interval, received_at, '2000-01-01 00:00:00+00'::timestamp with time zone)) WITH (fillfactor='100');
CREATE INDEX message_2026_03_id_received_at_idx ON public.message_2026_03 USING brin (id, received_at) WITH (pages_per_range='32', autosummarize='on');
CREATE INDEX message_2026_03_topic_id_date_bin_idx ON public.message_2026_03 USING btree (topic_id, date_bin('04:00:00'::interval, received_at, '2000-01-01 00:00:00+00'::timestamp with time zone)) WITH (fillfactor='100');
CREATE INDEX message_2026_04_id_received_at_idx ON public.message_2026_04 USING brin (id, received_at) WITH (pages_per_range='32', autosummarize='on');
CREATE INDEX message_2026_04_topic_id_date_bin_idx ON public.message_2026_04 USING btree (topic_id, date_bin('04:00:00'::interval, received_at, '2000-01-01 00:00:00+00'::timestamp with time zone)) WITH (fillfactor='100');
CREATE INDEX message_2026_11_by_arrival ON public.message_2026_11 USING brin (id, received_at) WITH (pages_per_range='32', autosummarize='on');
CREATE INDEX message_2026_11_by_span ON public.message_2026_11 USING btree (topic_id, date_bin('04:00:00'::interval, received_at, '2000-01-01 00:00:00+00'::timestamp with time zone)) WITH (fillfactor='100');
CREATE INDEX message_2026_12_by_arrival ON public.message_2026_12 USING brin (id, received_at) WITH (pages_per_range='32', autosummarize='on');
CREATE INDEX message_2026_12_by_span ON public.message_2026_12 USING btree (topic_id, date_bin('04:00:00'::interval, received_at, '2000-01-01 00:00:00+00'::timestamp with time zone)) WITH (fillfactor='100');
CREATE INDEX message_2027_01_by_arrival ON public.message_2027_01 USING brin (id, received_at) WITH (pages_per_range='32', autosummarize='on');
CREATE INDEX message_2027_01_by_span ON public.message_2027_01 USING btree (topic_id, date_bin('04:00:00'::interval, received_at, '2000-01-01 00:00:00+00'::timestamp with time zone)) WITH (fillfactor='100');
CREATE INDEX message_2027_02_by_arrival ON public.message_2027_02 USING brin (id, received_at) WITH (pages_per_range='32', autosummarize='on');
CREATE INDEX message_2027_02_by_span ON public.message_2027_02 USING btree (topic_id, date_bin('04:00:00'::interval, received_at, '2000-01-01 00:00:00+00'::timestamp with time zone)) WITH (fillfactor='100');
CREATE INDEX message_rest_by_arrival ON public.message_rest USING brin (id, received_at) WITH (pages_per_range='32', autosummarize='on');
CREATE INDEX message_rest_by_span ON public.message_rest USING btree (topic_id, date_bin('04:00:00'::interval, received_at, '2000-01-01 00:00:00+00'::timestamp with time zone)) WITH (fillfactor='100');
ALTER INDEX public.message_by_arrival ATTACH PARTITION public.message_2025_12_id_received_at_idx;
ALTER INDEX public.message_by_span ATTACH PARTITION public.message_2025_12_topic_id_date_bin_idx;
ALTER INDEX public.message_by_arrival ATTACH PARTITION public.message_2026_01_id_received_at_idx;
ALTER INDEX public.message_by_span ATTACH PARTITION public.message_2026_01_topic_id_date_bin_idx;
ALTER INDEX public.message_by_arrival ATTACH PARTITION public.message_2026_02_id_received_at_idx;
ALTER INDEX public.message_by_span ATTACH PARTITION public.message_2026_02_topic_id_date_bin_idx;
ALTER INDEX public.message_by_arrival ATTACH PARTITION public.message_2026_03_id_received_at_idx;
ALTER INDEX public.message_by_span ATTACH PARTITION public.message_2026_03_topic_id_date_bin_idx;
ALTER INDEX public.message_by_arrival ATTACH PARTITION public.message_2026_04_id_received_at_idx;
ALTER INDEX public.message_by_span ATTACH PARTITION public.message_2026_04_topic_id_date_bin_idx;
ALTER INDEX public.message_by_arrival ATTACH PARTITION public.message_2026_11_by_arrival;
ALTER INDEX public.message_by_span ATTACH PARTITION public.message_2026_11_by_span;
ALTER INDEX public.message_by_arrival ATTACH PARTITION public.message_2026_12_by_arrival;
ALTER INDEX public.message_by_span ATTACH PARTITION public.message_2026_12_by_span;
ALTER INDEX public.message_by_arrival ATTACH PARTITION public.message_2027_01_by_arrival;
ALTER INDEX public.message_by_span ATTACH PARTITION public.message_2027_01_by_span;
ALTER INDEX public.message_by_arrival ATTACH PARTITION public.message_2027_02_by_arrival;
ALTER INDEX public.message_by_span ATTACH PARTITION public.message_2027_02_by_span;
ALTER INDEX public.message_by_arrival ATTACH PARTITION public.message_rest_by_arrival;
ALTER INDEX public.message_by_span ATTACH PARTITION public.message_rest_by_span;
ALTER TABLE ONLY public.hourly
    ADD CONSTRAINT hourly_topic_id_fkey FOREIGN KEY (topic_id) REFERENCES public.topic(id);
ALTER TABLE public.message
    ADD CONSTRAINT message_topic_id_fkey FOREIGN KEY (topic_id) REFERENCES public.topic(id);
