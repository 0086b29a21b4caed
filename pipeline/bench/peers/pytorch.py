"""The training step in PyTorch on one thread, for `bench --peers python`.

Reads a line of JSON (the model, the batch's size, the optimiser, names and shapes of the parameters), then the parameters
as float32 and the batch's inputs and targets as int32, little-endian; answers `ready` with the version. Then, for each
line that it reads, does one step and writes the loss before the update.
"""

import json
import math
import sys

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
torch.set_flush_denormal(True)

stdin = sys.stdin.buffer
request = json.loads(stdin.readline())
model, hyper, B = request["model"], request["hyper"], request["sequences"]
T, H, D = model["contextLength"], model["heads"], model["width"]
Dh = D // H


def read(shape, dtype):
    count = math.prod(shape)
    return torch.frombuffer(bytearray(stdin.read(4 * count)), dtype=dtype).reshape(shape)


weights = {p["name"]: read(p["shape"], torch.float32).requires_grad_() for p in request["parameters"]}
inputs = read([B, T], torch.int32).long()
targets = read([B * T], torch.int32).long()

decayed = [weights[p["name"]] for p in request["parameters"] if p["role"] != "norm"]
others = [weights[p["name"]] for p in request["parameters"] if p["role"] == "norm"]
optimizer = torch.optim.AdamW(
    [{"params": decayed, "weight_decay": hyper["weightDecay"]}, {"params": others, "weight_decay": 0.0}],
    lr=hyper["learningRate"],
    betas=(hyper["beta1"], hyper["beta2"]),
    eps=hyper["epsilon"],
    foreach=True,
)

frequencies = model["ropeBase"] ** (-torch.arange(0, Dh, 2, dtype=torch.float64) / Dh)
angles = torch.outer(torch.arange(T, dtype=torch.float64), frequencies)
cos, sin = angles.cos().float(), angles.sin().float()
mask = torch.full((T, T), -math.inf).triu(1)


def normalise(x, gain):
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + model["normEpsilon"]) * gain


def rotate(x):
    left, right = x.chunk(2, -1)
    return torch.cat([left * cos - right * sin, right * cos + left * sin], -1)


def attend(x, own):
    def heads(name):
        return (x @ own("attention." + name)).view(B, T, H, Dh).transpose(1, 2)

    query, key, value = rotate(heads("query")), rotate(heads("key")), heads("value")
    scores = query @ key.transpose(-1, -2) / math.sqrt(Dh) + mask
    mixed = torch.softmax(scores, -1) @ value
    return mixed.transpose(1, 2).reshape(B, T, D) @ own("attention.output")


def swiglu(x, own):
    return (F.silu(x @ own("mlp.gate")) * (x @ own("mlp.up"))) @ own("mlp.down")


def loss_of():
    state = F.embedding(inputs, weights["embedding"])
    for layer in range(model["layers"]):

        def own(name, layer=layer):
            return weights[f"layers.{layer}.{name}"]

        state = state + attend(normalise(state, own("attention.norm")), own)
        state = state + swiglu(normalise(state, own("mlp.norm")), own)
    logits = normalise(state, weights["norm"]) @ weights["head"]
    return F.cross_entropy(logits.view(B * T, -1), targets)


print("ready", torch.__version__, flush=True)
for _ in stdin:
    optimizer.zero_grad(set_to_none=True)
    loss = loss_of()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(weights.values(), hyper["clipNorm"])
    optimizer.step()
    print(loss.item(), flush=True)
