-- What people read: documented views on what was recorded, for Grafana and for psql: `SELECT * FROM views.room_now`.
-- Postgres only.
--
-- They hold nothing and are made anew, in the schema `views`, with each upgrade of the tables. Strategy: a payload is kept as received and is
-- decoded here, by functions that answer null for what cannot be decoded, so one bad message never breaks a chart.
-- Charts filter by `time` (the recorder's clock) and by room or device: `time` prunes the months, and finds within them
-- the pages where the topic's messages are. For spans of weeks read the views that end in _hour, for months also _day.
-- Units: °C, percent 0-100, m³, kWh, W, bar, V, dBm. `house` is the topic root.


-- The payload as JSON; null for what is no JSON in UTF-8.
CREATE FUNCTION json_of(payload bytea) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
  RETURN convert_from(payload, 'UTF8')::jsonb;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END $$;

-- The payload as text; null for what is not UTF-8 or holds a zero byte.
CREATE FUNCTION text_of(payload bytea) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
  RETURN convert_from(payload, 'UTF8');
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END $$;

-- A number of an object's field; a bare number is its own field `value`. Null for anything else.
CREATE FUNCTION number_of(said jsonb, field text) RETURNS double precision LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN jsonb_typeof(said -> field) = 'number' AND abs((said -> field)::numeric) < 1e300
      THEN round((said -> field)::numeric, 30)::double precision -- what is nearer to 0 has no double
    WHEN field = 'value' AND jsonb_typeof(said) = 'number' AND abs(said::numeric) < 1e300
      THEN round(said::numeric, 30)::double precision
  END
$$;

-- Whether an object's field is true; null for anything but true and false.
CREATE FUNCTION truth_of(said jsonb, field text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN jsonb_typeof(said -> field) = 'boolean' THEN (said -> field)::boolean END
$$;

-- The instant of an object's field; null for what is none.
CREATE FUNCTION instant_of(said jsonb, field text) RETURNS timestamptz LANGUAGE plpgsql STABLE STRICT AS $$
BEGIN
  RETURN (said ->> field)::timestamptz;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END $$;

-- The day of an object's field; null for what is none.
CREATE FUNCTION day_of(said jsonb, field text) RETURNS date LANGUAGE plpgsql STABLE STRICT AS $$
DECLARE
  day date;
BEGIN
  day := (said ->> field)::date;
  RETURN CASE WHEN day BETWEEN date '1970-01-01' AND date '9999-12-31' THEN day END;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END $$;


-- Topics taken apart: home/room/living/temperature/a4c1 is house home, kind room/temperature, subject living, part
-- a4c1. What others say has a kind that no view asks for, or none. (A regular expression that does the same took most of the
-- time of a short chart; a function in FROM would hide from the planner that a kind has few topics.)
CREATE VIEW place AS
SELECT
  topic.id AS topic_id,
  topic.name AS topic,
  array_to_string(parts[: coalesce(about, whole) - 1], '/') AS house,
  CASE
    WHEN about IS NULL AND parts[whole] = 'meter' THEN array_to_string(parts[whole :], '/')
    WHEN about IS NULL THEN concat_ws('/', parts[whole], parts[whole + 1])
    WHEN parts[about + 4] IS NOT NULL THEN NULL
    WHEN parts[about + 3] = 'set' THEN concat_ws('/', parts[about], parts[about + 2], 'set')
    ELSE concat_ws('/', parts[about], parts[about + 2])
  END AS kind,
  parts[about + 1] AS subject,
  CASE
    WHEN about IS NOT NULL THEN nullif(parts[about + 3], 'set')
    WHEN parts[whole] <> 'meter' THEN parts[whole + 2]
  END AS part
FROM topic
CROSS JOIN LATERAL (SELECT string_to_array(topic.name, '/') AS parts) AS path
CROSS JOIN LATERAL (
  SELECT
    coalesce(
      array_position(parts, 'room'),
      array_position(parts, 'sensor'),
      array_position(parts, 'valve'),
      array_position(parts, 'service'),
      array_position(parts, 'alert'),
      array_position(parts, 'node')
    ) AS about,
    coalesce(
      array_position(parts, 'boiler'),
      array_position(parts, 'meter'),
      array_position(parts, 'outside'),
      array_position(parts, 'away'),
      array_position(parts, 'comfort'),
      array_position(parts, 'tick'),
      array_position(parts, 'day'),
      array_position(parts, 'forecast'),
      array_position(parts, 'settings'),
      array_position(parts, 'memory'),
      array_position(parts, 'learned'),
      array_position(parts, 'rejected'),
      array_position(parts, 'house'),
      array_position(parts, 'notified'),
      array_position(parts, 'history'),
      array_position(parts, 'gas'),
      array_position(parts, 'pipes'),
      array_position(parts, 'replayed')
    ) AS whole
) AS found;


-- The newest message of each topic; the order is that of the index, then that within its span of four hours, and of what came
-- at one instant that of recording.
CREATE VIEW latest AS
SELECT place.*, newest.received_at AS time, newest.retained, newest.payload, json_of(newest.payload) AS said
FROM place
CROSS JOIN LATERAL (
  SELECT received_at, retained, payload FROM message
  WHERE message.topic_id = place.topic_id
  ORDER BY date_bin('4 hours', received_at, timestamptz '2000-01-01 00:00Z') DESC, received_at DESC, id DESC
  LIMIT 1
) AS newest;


-- Rooms ---------------------------------------------------------------------------------------------------------------

-- What thermometers said; a room may have several (`sensor`).
CREATE VIEW room_temperature AS
SELECT received_at AS time, house, subject AS room, part AS sensor, number_of(said, 'value') AS temperature
FROM place JOIN message USING (topic_id) CROSS JOIN LATERAL json_of(payload) AS said
WHERE kind = 'room/temperature';

CREATE VIEW room_humidity AS
SELECT received_at AS time, house, subject AS room, part AS sensor, number_of(said, 'value') AS humidity
FROM place JOIN message USING (topic_id) CROSS JOIN LATERAL json_of(payload) AS said
WHERE kind = 'room/humidity';

-- What the regulator made of each room: the effective setpoint, the demand for heat (percent), and why.
CREATE VIEW room_status AS
SELECT
  received_at AS time,
  house,
  subject AS room,
  number_of(said, 'temperature') AS temperature,
  number_of(said, 'humidity') AS humidity,
  number_of(said, 'setpoint') AS setpoint,
  number_of(said, 'demand') AS demand,
  number_of(said, 'next_setpoint') AS next_setpoint,
  said ->> 'action' AS action,
  said ->> 'mode' AS mode,
  said ->> 'preset' AS preset,
  said ->> 'window' AS "window",
  said ->> 'staleness' AS staleness,
  said ->> 'rule' AS rule,
  said ->> 'reason' AS reason,
  said ->> 'alert' AS alert
FROM place JOIN message USING (topic_id) CROSS JOIN LATERAL json_of(payload) AS said
WHERE kind = 'room/status';

-- Each room by hour: means of what the regulator said of it; low and high are of the temperature.
CREATE VIEW room_hour AS
SELECT time, house, subject AS room, temperature, low, high, humidity, setpoint, demand
FROM place
CROSS JOIN LATERAL (
  SELECT
    hour AS time,
    max(total / n) FILTER (WHERE field = 'temperature') AS temperature,
    min(low) FILTER (WHERE field = 'temperature') AS low,
    max(high) FILTER (WHERE field = 'temperature') AS high,
    max(total / n) FILTER (WHERE field = 'humidity') AS humidity,
    max(total / n) FILTER (WHERE field = 'setpoint') AS setpoint,
    max(total / n) FILTER (WHERE field = 'demand') AS demand
  FROM hourly
  WHERE hourly.topic_id = place.topic_id AND field IN ('temperature', 'humidity', 'setpoint', 'demand')
  GROUP BY hour
) AS each
WHERE kind = 'room/status';

-- The temperature of each room by day (UTC); each topic is summed up by itself, which takes half the time.
CREATE VIEW room_temperature_day AS
SELECT time, house, subject AS room, temperature, low, high
FROM place
CROSS JOIN LATERAL (
  SELECT
    date_bin('1 day', hour, timestamptz '2000-01-01 00:00Z') AS time,
    sum(total) / sum(n) AS temperature,
    min(low) AS low,
    max(high) AS high
  FROM hourly
  WHERE hourly.topic_id = place.topic_id AND field = 'temperature'
  GROUP BY date_bin('1 day', hour, timestamptz '2000-01-01 00:00Z')
) AS each
WHERE kind = 'room/status';

-- What people call the rooms (house.yaml); a room that nobody has named is called by its id.
CREATE VIEW room_name AS
SELECT place.house, place.subject AS room, coalesce(named.name, place.subject) AS name
FROM place
LEFT JOIN (
  SELECT house, room ->> 'id' AS room, nullif(room ->> 'name', '') AS name
  FROM latest
  CROSS JOIN LATERAL jsonb_array_elements(CASE jsonb_typeof(said -> 'rooms') WHEN 'array' THEN said -> 'rooms' END) AS room
  WHERE kind = 'house'
) AS named ON named.house = place.house AND named.room = place.subject
WHERE place.kind = 'room/status';

-- How the rooms are now.
CREATE VIEW room_now AS
SELECT
  time,
  house,
  subject AS room,
  number_of(said, 'temperature') AS temperature,
  number_of(said, 'humidity') AS humidity,
  number_of(said, 'setpoint') AS setpoint,
  number_of(said, 'demand') AS demand,
  said ->> 'action' AS action,
  said ->> 'mode' AS mode,
  said ->> 'window' AS "window",
  said ->> 'staleness' AS staleness,
  said ->> 'reason' AS reason,
  number_of(said, 'next_setpoint') AS next_setpoint,
  instant_of(said, 'next_switch_at') AS next_switch_at
FROM latest
WHERE kind = 'room/status';

-- In which room each valve sits, as far as the regulator has commanded it.
CREATE VIEW room_valve AS
SELECT DISTINCT house, subject AS room, valve
FROM latest
CROSS JOIN LATERAL jsonb_object_keys(CASE jsonb_typeof(said -> 'valves') WHEN 'object' THEN said -> 'valves' END) AS valve
WHERE kind = 'room/memory';

-- Where each valve reports; `room` is null for one that was never commanded.
CREATE VIEW valve_place AS
SELECT topic_id, place.house, room, subject AS valve
FROM place LEFT JOIN room_valve ON room_valve.house = place.house AND room_valve.valve = place.subject
WHERE kind = 'valve/status';

-- What valves reported of themselves.
CREATE VIEW valve_status AS
SELECT
  received_at AS time,
  house,
  room,
  valve,
  number_of(said, 'opening') AS opening,
  number_of(said, 'setpoint') AS setpoint,
  truth_of(said, 'battery_low') AS battery_low,
  truth_of(said, 'reachable') AS reachable,
  truth_of(said, 'window') AS "window",
  said ->> 'mode' AS mode,
  said ->> 'alert' AS alert
FROM valve_place JOIN message USING (topic_id) CROSS JOIN LATERAL json_of(payload) AS said;

-- The opening that valves reported, by hour: the mean of the reports.
CREATE VIEW valve_hour AS
SELECT hour AS time, house, room, valve, total / n AS opening
FROM valve_place JOIN hourly USING (topic_id)
WHERE field = 'opening';

-- How well valves could be reached, by hour: the part of the reports that say so, 0-1.
CREATE VIEW valve_reach_hour AS
SELECT hour AS time, house, room, valve, total / n AS reachable
FROM valve_place JOIN hourly USING (topic_id)
WHERE field = 'reachable';


-- Boiler --------------------------------------------------------------------------------------------------------------

CREATE VIEW boiler AS
SELECT
  received_at AS time,
  house,
  truth_of(said, 'flame') AS flame,
  truth_of(said, 'hot_water') AS hot_water,
  number_of(said, 'modulation') AS modulation,
  number_of(said, 'flow_temperature') AS flow_temperature,
  number_of(said, 'return_temperature') AS return_temperature,
  number_of(said, 'pressure_bar') AS pressure_bar,
  said ->> 'fault' AS fault
FROM place JOIN message USING (topic_id) CROSS JOIN LATERAL json_of(payload) AS said
WHERE kind = 'boiler/status';

-- How the boiler is now.
CREATE VIEW boiler_now AS
SELECT
  time,
  house,
  truth_of(said, 'flame') AS flame,
  truth_of(said, 'hot_water') AS hot_water,
  number_of(said, 'modulation') AS modulation,
  number_of(said, 'flow_temperature') AS flow_temperature,
  number_of(said, 'return_temperature') AS return_temperature,
  number_of(said, 'pressure_bar') AS pressure_bar,
  said ->> 'fault' AS fault
FROM latest
WHERE kind = 'boiler/status';

-- Means by hour; `flame` and `hot_water` are parts of the reports, `condensing` of those in which it burns, 0-1.
CREATE VIEW boiler_hour AS
SELECT time, house, flame, hot_water, condensing, modulation, flow_temperature, return_temperature, pressure_bar
FROM place
CROSS JOIN LATERAL (
  SELECT
    hour AS time,
    max(total / n) FILTER (WHERE field = 'flame') AS flame,
    max(total / n) FILTER (WHERE field = 'hot_water') AS hot_water,
    max(total / n) FILTER (WHERE field = 'condensing') AS condensing,
    max(total / n) FILTER (WHERE field = 'modulation') AS modulation,
    max(total / n) FILTER (WHERE field = 'flow_temperature') AS flow_temperature,
    max(total / n) FILTER (WHERE field = 'return_temperature') AS return_temperature,
    max(total / n) FILTER (WHERE field = 'pressure_bar') AS pressure_bar
  FROM hourly
  WHERE hourly.topic_id = place.topic_id
  GROUP BY hour
) AS each
WHERE kind = 'boiler/status';


-- Meters and gas ------------------------------------------------------------------------------------------------------

-- The gas meter as read, m³ cumulative; another `equipment` is another meter.
CREATE VIEW gas_meter AS
SELECT received_at AS time, house, number_of(said, 'value') AS reading, said ->> 'equipment' AS equipment
FROM place JOIN message USING (topic_id) CROSS JOIN LATERAL json_of(payload) AS said
WHERE kind = 'meter/gas';

-- The electricity meter as read, kWh cumulative; power W, negative while the house returns.
CREATE VIEW electricity_meter AS
SELECT
  received_at AS time,
  house,
  number_of(said, 'value') AS delivered,
  number_of(said, 'returned') AS returned,
  number_of(said, 'power_w') AS power
FROM place JOIN message USING (topic_id) CROSS JOIN LATERAL json_of(payload) AS said
WHERE kind = 'meter/electricity';

-- The electric power by hour: the mean of the readings, W, negative while the house returns more than it takes.
CREATE VIEW power_hour AS
SELECT hour AS time, house, total / n AS power
FROM place JOIN hourly USING (topic_id)
WHERE kind = 'meter/electricity' AND field = 'power_w';

-- How far the meters went in each hour: gas m³; delivered and returned kWh. Null in the hour of a new meter.
CREATE VIEW meter_hour AS
SELECT
  hour AS time,
  house,
  max(went) FILTER (WHERE kind = 'meter/gas') AS gas,
  max(went) FILTER (WHERE kind = 'meter/electricity' AND field = 'value') AS delivered,
  max(went) FILTER (WHERE field = 'returned') AS returned,
  max(mean) FILTER (WHERE field = 'power_w') AS power
FROM (
  SELECT
    hour,
    house,
    kind,
    field,
    total / n AS mean,
    CASE WHEN high >= before.last AND low >= before.last THEN hourly.last - before.last END AS went
  FROM place
  JOIN hourly USING (topic_id)
  LEFT JOIN LATERAL (
    SELECT earlier.last FROM hourly AS earlier
    WHERE earlier.topic_id = hourly.topic_id AND earlier.field = hourly.field AND earlier.hour < hourly.hour
    ORDER BY earlier.hour DESC
    LIMIT 1
  ) AS before ON true
  WHERE kind IN ('meter/gas', 'meter/electricity') AND field IN ('value', 'returned', 'power_w')
) AS each
GROUP BY hour, house;

-- What was said last of each day; `time` is its midnight, taken as UTC. Gas m³: rooms, hot_water, other (cooking), pipes
-- and unallocated sum to gas, which the meter counted. Cost €; degree_days below 18 °C; starts of the burner for heating,
-- and the minutes that it burned for it.
CREATE VIEW day AS
SELECT DISTINCT ON (house, day)
  day::timestamp AT TIME ZONE 'UTC' AS time,
  house,
  day,
  number_of(said, 'gas') AS gas,
  number_of(said, 'hot_water') AS hot_water,
  number_of(said, 'other') AS other,
  number_of(said, 'pipes') AS pipes,
  number_of(said, 'unallocated') AS unallocated,
  number_of(said, 'cost') AS cost,
  number_of(said, 'degree_days') AS degree_days,
  number_of(said, 'starts') AS starts,
  number_of(said, 'burn_min') AS burn_min,
  CASE jsonb_typeof(said -> 'rooms') WHEN 'object' THEN said -> 'rooms' END AS rooms,
  CASE jsonb_typeof(said -> 'batteries') WHEN 'object' THEN said -> 'batteries' END AS batteries,
  received_at AS said_at
FROM place
JOIN message USING (topic_id)
CROSS JOIN LATERAL json_of(payload) AS said
CROSS JOIN LATERAL day_of(said, 'day') AS day
WHERE kind = 'day' AND day IS NOT NULL
ORDER BY house, day, id DESC;

-- Each room's day: gas m³ and how far it may be off, K·h too cold and too warm, moves of its valves.
CREATE VIEW room_day AS
SELECT
  time,
  house,
  day,
  room,
  number_of(came_to, 'gas') AS gas,
  number_of(came_to, 'gas_error') AS gas_error,
  number_of(came_to, 'too_cold_kh') AS too_cold,
  number_of(came_to, 'too_warm_kh') AS too_warm,
  number_of(came_to, 'moves') AS moves
FROM day CROSS JOIN LATERAL jsonb_each(rooms) AS each (room, came_to);

-- Gas in all uses by day, one row each: rooms under their ids, and hot_water, other, pipes, unallocated.
CREATE VIEW gas_day AS
SELECT time, house, day, room AS "use", true AS is_room, gas FROM room_day
UNION ALL
SELECT time, house, day, "use", false, rest.gas
FROM day
CROSS JOIN LATERAL (
  VALUES ('hot_water', hot_water), ('other', other), ('pipes', pipes), ('unallocated', unallocated)
) AS rest ("use", gas);


-- Outside -------------------------------------------------------------------------------------------------------------

CREATE VIEW outside_temperature AS
SELECT received_at AS time, house, part AS sensor, number_of(said, 'value') AS temperature
FROM place JOIN message USING (topic_id) CROSS JOIN LATERAL json_of(payload) AS said
WHERE kind = 'outside/temperature';

-- How warm it is outside now, by each sensor.
CREATE VIEW outside_now AS
SELECT time, house, part AS sensor, number_of(said, 'value') AS temperature
FROM latest
WHERE kind = 'outside/temperature';

CREATE VIEW outside_hour AS
SELECT hour AS time, house, part AS sensor, total / n AS temperature, low, high
FROM place JOIN hourly USING (topic_id)
WHERE kind = 'outside/temperature' AND field = 'value';


-- Devices -------------------------------------------------------------------------------------------------------------

-- Each thermometer, contact and valve as it is now: `what` is sensor or valve; battery percent, voltage V, rssi dBm.
CREATE VIEW device AS
SELECT
  time AS last_seen,
  latest.house,
  split_part(kind, '/', 1) AS what,
  subject AS address,
  room,
  number_of(said, 'battery') AS battery,
  truth_of(said, 'battery_low') AS battery_low,
  number_of(said, 'voltage') AS voltage,
  number_of(said, 'rssi') AS rssi,
  truth_of(said, 'reachable') AS reachable,
  said ->> 'firmware' AS firmware,
  said ->> 'alert' AS alert
FROM latest
LEFT JOIN room_valve ON room_valve.house = latest.house AND room_valve.valve = latest.subject
WHERE kind IN ('sensor/status', 'valve/status');

-- Battery (percent), voltage and signal of thermometers and contacts.
CREATE VIEW sensor_status AS
SELECT
  received_at AS time,
  house,
  subject AS sensor,
  number_of(said, 'battery') AS battery,
  number_of(said, 'voltage') AS voltage,
  number_of(said, 'rssi') AS rssi
FROM place JOIN message USING (topic_id) CROSS JOIN LATERAL json_of(payload) AS said
WHERE kind = 'sensor/status';

CREATE VIEW sensor_hour AS
SELECT time, house, subject AS sensor, battery, voltage, rssi
FROM place
CROSS JOIN LATERAL (
  SELECT
    hour AS time,
    max(total / n) FILTER (WHERE field = 'battery') AS battery,
    max(total / n) FILTER (WHERE field = 'voltage') AS voltage,
    max(total / n) FILTER (WHERE field = 'rssi') AS rssi
  FROM hourly
  WHERE hourly.topic_id = place.topic_id
  GROUP BY hour
) AS each
WHERE kind = 'sensor/status';

-- Alerts that hold now: what is wrong, what to do, since when.
CREATE VIEW alert_now AS
SELECT house, subject AS alert, said ->> 'about' AS about, said ->> 'todo' AS todo, instant_of(said, 'since') AS since
FROM latest
WHERE kind = 'alert' AND jsonb_typeof(said) = 'object';

-- Alerts as they came and went: `is_over` where one was taken back.
CREATE VIEW alert AS
SELECT
  received_at AS time,
  house,
  subject AS alert,
  payload = '' AS is_over,
  said ->> 'about' AS about,
  said ->> 'todo' AS todo
FROM place JOIN message USING (topic_id) LEFT JOIN LATERAL json_of(payload) AS said ON true
WHERE kind = 'alert';


-- Decisions -----------------------------------------------------------------------------------------------------------

-- Why: what was commanded, or decided of a room, with its reason. `what` is room, valve or boiler; `wish` the setpoint,
-- the opening (percent), or for the boiler 100 while it is called and 0 while not.
CREATE VIEW decision AS
SELECT
  received_at AS time,
  house,
  split_part(kind, '/', 1) AS what,
  subject,
  CASE kind
    WHEN 'room/status' THEN number_of(said, 'setpoint')
    WHEN 'valve/set' THEN number_of(said, 'opening')
    ELSE 100 * truth_of(said, 'call')::int
  END AS wish,
  said ->> 'reason' AS reason
FROM place JOIN message USING (topic_id) CROSS JOIN LATERAL json_of(payload) AS said
WHERE kind IN ('room/status', 'valve/set', 'boiler/set');


-- System --------------------------------------------------------------------------------------------------------------

-- Each service as it came and went; `state` is online or offline.
CREATE VIEW service AS
SELECT received_at AS time, house, subject AS service, text_of(payload) AS state
FROM place JOIN message USING (topic_id)
WHERE kind = 'service/availability';

CREATE VIEW service_now AS
SELECT time AS since, house, subject AS service, text_of(payload) AS state
FROM latest
WHERE kind = 'service/availability';

-- What could not be used, and why.
CREATE VIEW rejected AS
SELECT
  received_at AS time,
  house,
  said ->> 'topic' AS topic,
  said ->> 'payload' AS payload,
  said ->> 'reason' AS reason
FROM place JOIN message USING (topic_id) CROSS JOIN LATERAL json_of(payload) AS said
WHERE kind = 'rejected';

-- How many messages were recorded in each hour that is over, and the bytes of their payloads.
CREATE VIEW messages_hour AS
SELECT hour AS time, n, bytes FROM traffic;

-- The tables with their sizes in bytes, indexes included; rows is an estimate.
CREATE VIEW table_size AS
SELECT
  relname AS "table",
  greatest(reltuples, 0)::bigint AS rows,
  pg_relation_size(pg_class.oid) AS bytes,
  pg_indexes_size(pg_class.oid) AS index_bytes,
  pg_total_relation_size(pg_class.oid) AS total_bytes
FROM pg_class
WHERE relkind = 'r' AND relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'message'::regclass);
