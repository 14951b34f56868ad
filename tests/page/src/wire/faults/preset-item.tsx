// One preset: its switch, what it does, and where and how often.

import { useId, useState } from "react";
import type { Fault, FaultInForce, Workspace } from "../../simulator/types";
import { channelName } from "../entry";
import { isInForce, progressOf } from "./in-force";
import { faultOf, hasChannel, isOf, OFTEN, type Often, type Preset } from "./presets";

type Properties = {
  preset: Preset;
  faults: FaultInForce[];
  workspace: Workspace;
  isBusy: boolean;
  add: (fault: Fault) => void;
  remove: (isMeant: (fault: FaultInForce) => boolean) => void;
};

export function PresetItem({ preset, faults, workspace, isBusy, add, remove }: Properties) {
  const [variant, setVariant] = useState(0);
  const [channel, setChannel] = useState("");
  const [often, setOften] = useState(preset.often);
  const name = useId();
  const about = useId();
  const active = faults.filter((fault) => isOf(preset, fault) && isInForce(fault));
  const isOn = active.length > 0;

  const toggle = () => {
    if (isOn) remove((fault) => isOf(preset, fault));
    else add(faultOf(preset, variant, channel, often));
  };
  return (
    <li className="fault-preset" data-on={isOn || undefined}>
      <div className="fault-preset-top">
        <h3 id={name}>{preset.name}</h3>
        <button
          type="button"
          role="switch"
          className="fault-switch"
          aria-checked={isOn}
          aria-labelledby={name}
          aria-describedby={about}
          disabled={isBusy}
          onClick={toggle}
        >
          {isOn ? "On" : "Off"}
        </button>
      </div>
      <p id={about}>
        {preset.slack} <span className="quiet">{preset.margay}</span>
      </p>
      {isOn ? (
        active.map((fault) => (
          <p key={faults.indexOf(fault)} className="fault-progress">
            {fault.channel ? `In ${channelName(workspace, fault.channel)}: ` : ""}
            {progressOf(fault)}
          </p>
        ))
      ) : (
        <div className="fault-choices">
          {preset.variants && (
            <select
              aria-label={`What: ${preset.name}`}
              value={variant}
              onChange={(event) => setVariant(Number(event.target.value))}
            >
              {preset.variants.map(({ label }, index) => (
                <option key={label} value={index}>
                  {label}
                </option>
              ))}
            </select>
          )}
          {hasChannel(preset) && (
            <ChannelSelect
              label={`Where: ${preset.name}`}
              workspace={workspace}
              value={channel}
              change={setChannel}
            />
          )}
          <select
            aria-label={`How often: ${preset.name}`}
            value={often}
            onChange={(event) => setOften(event.target.value as Often)}
          >
            {Object.entries(OFTEN).map(([key, { label }]) => (
              <option key={key} value={key}>
                {label}
              </option>
            ))}
          </select>
        </div>
      )}
    </li>
  );
}

type SelectProperties = {
  label?: string;
  workspace: Workspace;
  value: string;
  change: (channel: string) => void;
};

export function ChannelSelect({ label, workspace, value, change }: SelectProperties) {
  return (
    <select aria-label={label} value={value} onChange={(event) => change(event.target.value)}>
      <option value="">all channels</option>
      {workspace.conversations.map(({ id }) => (
        <option key={id} value={id}>
          {channelName(workspace, id)}
        </option>
      ))}
    </select>
  );
}
