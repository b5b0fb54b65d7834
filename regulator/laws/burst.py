"""Burst: the house heats in bursts, all hungry rooms together, and rests in between."""

from dataclasses import dataclass, replace
from datetime import datetime
import os, json
from pydantic import JsonValue

from regulator.laws import LawHouse, LawRoom, RoomVerdict, Verdict
from regulator.laws.coast import coast, watch
from regulator.laws.prepare import Aim, aim
from regulator.laws.remembered import minutes_since, moment, number, seconds

N = dict(lo=0.2, join=0.05, hi=0.1, patience=0.35, rest=15, restfar=8, far=0.6, preq=0.45, over=0.45, hold=10, holdw=2000, coastw=1.0, reopen=10,ramp=15,near=8,u0=0.35,u1=0.6,behind0=0,behindw=40,burnhold=0,hover=0.3,stopin=0,first=0.4,preall=1,farjoin=0.8,joinev=2, restidle=10,prejoin=0.1,co=0.0)
N.update(json.loads(os.environ.get("N","{}")))

@dataclass
class R:
    room: LawRoom
    aim: Aim
    want: float
    memory: dict
    sat: bool

def decide(house: LawHouse) -> Verdict:
    now = house.now
    state = house.memory.get("state"); since = moment(house.memory.get("since")); lit = house.memory.get("lit") is True
    if state not in ("idle", "burn", "rest"): state, since = "idle", None
    age = minutes_since(since, now)
    rooms = {}
    for id_, room in house.rooms.items():
        a = aim(room, house.outside, now)
        mem = a.memory
        want = round(a.target - room.temperature, 2)
        watch(mem, room.temperature, room.told_open and house.call, now)
        sat = mem.get("sat") is not False
        c = N["coastw"]*coast(mem)*min(1.0, age/N["ramp"]) if state == "burn" and room.told_open else 0.0
        if room.temperature + c >= a.target + N["hi"]: sat = True
        elif a.coasts and minutes_since(now, a.coasts.at) <= N["stopin"]: sat = True
        elif want >= N["join"]: sat = False
        rooms[id_] = R(room, a, want, mem, sat)
    needy = {k: r for k, r in rooms.items() if not r.sat}
    most = max((r.want for r in needy.values()), default=0.0)
    power = sum(r.room.power_w for r in needy.values())
    prep = any(r.aim.prepares and r.want > N["prejoin"] for r in needy.values())
    urgent = 0.0
    for r in needy.values():
        if r.aim.prepares: u = 0.35 + max(0.0, (r.aim.behind - N["behind0"]) / N["behindw"]) if r.want > 0.3 else 0.0
        else: u = r.want
        urgent = max(urgent, u)
    part = min(1.0, max(0.0, (urgent - N["u0"]) / (N["u1"] - N["u0"])))
    rest = N["rest"] + (N["restfar"] - N["rest"]) * part
    new = state
    if state == "idle":
        if age >= min(N["restidle"],rest) and needy and ((most >= N["lo"] and power >= N["preq"]*house.minimum_power_w) or most >= N["patience"] or prep):
            new = "burn"
    elif state == "rest":
        if age >= rest:
            new = "burn" if needy and (most >= 0.1) else "idle"
    elif state == "burn":
        held = age < N["burnhold"] and any(r.room.told_open and r.want > -N["hover"] for r in rooms.values())
        if not needy and not held: new = "idle"
        elif lit and house.flame is False and not house.hot_water: new = "rest"
    if new != state:
        state, since, lit, age = new, now, False, 0.0
    if state == "burn" and house.call and house.flame: lit = True
    top = number(house.memory.get("top"), 70.0, 30.0, 90.0)
    if state == "rest" and age == 0.0 and house.flow is not None: top = round(0.7*top + 0.3*house.flow)
    out = {}
    near = house.flow is None or house.flow >= top - N["near"]
    joins = set()
    if state == "burn":
        started = house.flame is True and lit
        hungry = sorted((k for k, r in rooms.items() if not r.sat and not r.room.told_open and minutes_since(moment(r.memory.get("closed")), now) >= N["reopen"]), key=lambda k: -rooms[k].want)
        base = sum(r.room.power_w for r in rooms.values() if r.room.told_open and not r.sat)
        for k in hungry:
            if base < N["first"]*house.minimum_power_w or (rooms[k].aim.prepares and N["preall"]) or rooms[k].want>=N["farjoin"]:
                joins.add(k); base += rooms[k].room.power_w
        last = moment(house.memory.get("joined"))
        if started and near and not joins and minutes_since(last, now) >= N["joinev"]:
            cand = [k for k in hungry if k not in joins]
            if not cand and N["co"]:
                cand = sorted((k for k, r in rooms.items() if r.sat and not r.room.told_open and r.want > -N["co"] and not r.aim.coasts and r.room.setpoint > 0 and minutes_since(moment(r.memory.get("closed")), now) >= N["reopen"]), key=lambda k: -rooms[k].want)
            if cand: joins.add(cand[0]); last=now
    else: last=None
    live = sum(r.room.power_w for r in needy.values() if r.room.told_open)
    for id_, r in rooms.items():
        op = r.room.told_open
        if state == "burn":
            closed = moment(r.memory.get("closed"))
            if not r.sat:
                op = op or id_ in joins
            elif id_ in joins: op = True
            elif op:
                keep = live < N["holdw"] and age < N["hold"] and r.want > -N["over"] or (N["co"] and near and r.want > -N["co"])
                op = keep
        else:
            op = op and r.want > -N["over"]
        if r.room.told_open and not op: r.memory["closed"] = seconds(now)
        r.memory["sat"] = r.sat
        out[id_] = RoomVerdict(op, 100 if not r.sat else 0, "x", r.memory)
    return Verdict(out, call=state == "burn", memory={"state": state, "since": seconds(since) if since else 0, "lit": lit, "top": top, "joined": seconds(last) if last else 0})
