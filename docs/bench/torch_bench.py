"""Times PyTorch for docs/bench.

Answers each line of standard input with one line: "hello" with the versions,
and "KIND TYPE ARGUMENTS MILLISECONDS" with the median of the seconds per call.
The kinds are those of the comment in serve.go, but for products; "as VARIANT"
before a step asks for one of VARIANTS.
usage: torch_bench.py THREADS
"""
import ctypes
import os
import statistics
import sys
import time
import warnings

warnings.filterwarnings("ignore")
import torch
import torch.nn.functional as F

TYPES = {"f32": torch.float32, "f64": torch.float64}
MAPS = {
    "exp": torch.exp, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "gelu": F.gelu, "log": torch.log, "sin": torch.sin,
    "erf": torch.erf, "softplus": F.softplus, "silu": F.silu, "relu": torch.relu, "add": torch.add, "mul": torch.mul,
}
ROWS = {
    "softmax": lambda x: torch.softmax(x, 1),
    "log-softmax": lambda x: torch.log_softmax(x, 1),
    "layer-norm": lambda x, gain, bias: F.layer_norm(x, x.shape[1:], gain, bias),
}


def timed(call):
    """Warms up for a quarter of the time, then times batches of calls, about twenty in the time given."""

    def measure(seconds):
        start, calls = time.perf_counter(), 0
        while calls == 0 or time.perf_counter() - start < seconds / 4:
            call()
            calls += 1
        size = max(1, int(seconds / 20 / ((time.perf_counter() - start) / calls)))
        batches, start = [], time.perf_counter()
        while len(batches) < 3 or time.perf_counter() - start < seconds:
            t = time.perf_counter()
            for _ in range(size):
                call()
            batches.append((time.perf_counter() - t) / size)
        return statistics.median(batches)

    return measure


def network(dtype, widths, batch):
    """The network and its data: (model, x, labels)."""
    widths = [int(w) for w in widths.split("-")]
    layers = []
    for i in range(len(widths) - 1):
        layers += [torch.nn.Linear(widths[i], widths[i + 1]), torch.nn.ReLU()]
    x = torch.randn(int(batch), widths[0], dtype=dtype)
    return torch.nn.Sequential(*layers[:-1]).to(dtype), x, torch.randint(0, widths[-1], (int(batch),))


def trainer(dtype, rule, widths, batch):
    model, x, labels = network(dtype, widths, batch)
    # Small rates keep the loss from collapsing over thousands of steps on one
    # batch: gradients that underflow would slow the arithmetic.
    if rule == "sgd":
        opt = torch.optim.SGD(model.parameters(), lr=1e-4)
    else:
        opt = torch.optim.Adam(model.parameters(), lr=1e-6)

    def step():
        opt.zero_grad()
        F.cross_entropy(model(x), labels).backward()
        opt.step()

    return step


# The variants of a step below are the ways to make PyTorch do the same with
# less. Those that end in raw_update change the parameters in place, all at once,
# without an optimizer's bookkeeping.

def raw_update(rule, params):
    """The update as a function of the gradients: SGD, or Adam as its documentation writes it."""
    if rule == "sgd":
        return lambda grads: torch._foreach_add_(params, grads, alpha=-1e-4)
    m, v = ([torch.zeros_like(p) for p in params] for _ in range(2))
    count = 0

    def adam(grads):
        nonlocal count
        count += 1
        torch._foreach_mul_(m, 0.9)
        torch._foreach_add_(m, grads, alpha=0.1)
        torch._foreach_mul_(v, 0.999)
        torch._foreach_addcmul_(v, grads, grads, 0.001)
        root = torch._foreach_sqrt(v)
        torch._foreach_div_(root, (1 - 0.999**count) ** 0.5)
        torch._foreach_add_(root, 1e-8)
        torch._foreach_addcdiv_(params, m, root, -1e-6 / (1 - 0.9**count))

    return adam


def functional_loss(params, x, labels):
    """The loss without modules."""
    for i in range(0, len(params) - 2, 2):
        x = torch.relu(F.linear(x, params[i], params[i + 1]))
    return F.cross_entropy(F.linear(x, params[-2], params[-1]), labels)


def gradients_of(loss, params, rule):
    """A step by autograd.grad of loss()."""
    update = raw_update(rule, params)

    def step():
        grads = list(torch.autograd.grad(loss(), params))
        with torch.no_grad():
            update(grads)

    return step


def foreach(model, x, labels, rule):
    """The optimizers' own form for all parameters at once, and gradients dropped, not zeroed."""
    if rule == "sgd":
        opt = torch.optim.SGD(model.parameters(), lr=1e-4, foreach=True)
    else:
        opt = torch.optim.Adam(model.parameters(), lr=1e-6, foreach=True)

    def step():
        opt.zero_grad(set_to_none=True)
        F.cross_entropy(model(x), labels).backward()
        opt.step()

    return step


def raw(model, x, labels, rule):
    params = list(model.parameters())
    return gradients_of(lambda: functional_loss(params, x, labels), params, rule)


class WithLoss(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, x, labels):
        return F.cross_entropy(self.model(x), labels)


def script(model, x, labels, rule):
    loss = torch.jit.script(WithLoss(model))
    return gradients_of(lambda: loss(x, labels), list(model.parameters()), rule)


def trace(model, x, labels, rule):
    loss = torch.jit.trace(WithLoss(model), (x, labels))
    return gradients_of(lambda: loss(x, labels), list(model.parameters()), rule)


def functional(model, x, labels, rule):
    import functorch

    params = [p.detach() for p in model.parameters()]
    update, grad = raw_update(rule, params), functorch.grad(lambda params: functional_loss(params, x, labels))
    return lambda: update(list(grad(params)))


def ahead_of_time(model, x, labels, rule, compiler):
    from functorch.compile import aot_function

    params = list(model.parameters())
    loss = aot_function(lambda x, labels, *params: functional_loss(params, x, labels), compiler)
    return gradients_of(lambda: loss(x, labels, *params), params, rule)


def aot(model, x, labels, rule):
    from functorch.compile import nop

    return ahead_of_time(model, x, labels, rule, nop)


def aot_script(model, x, labels, rule):
    from functorch.compile import ts_compile

    return ahead_of_time(model, x, labels, rule, ts_compile)


def by_hand(model, x, labels, rule):
    """Without autograd: the chain rule by hand, each result into a buffer that exists (out=)."""
    params = [p.detach() for p in model.parameters()]
    ws, bs, last = params[0::2], params[1::2], len(params) // 2 - 1
    grads = [torch.empty_like(p) for p in params]
    z = [x.new_empty(len(x), len(w)) for w in ws]
    dz = [torch.empty_like(a) for a in z]
    on = [torch.empty(a.shape, dtype=torch.bool) for a in z]
    rows, update = torch.arange(len(x)), raw_update(rule, params)
    minus_one = x.new_tensor(-1.0)

    def step():
        h = x
        for i in range(last + 1):
            torch.addmm(bs[i], h, ws[i].t(), out=z[i])
            if i < last:
                h = z[i].clamp_(min=0)
        torch.softmax(z[last], 1, out=dz[last])
        dz[last].index_put_((rows, labels), minus_one, accumulate=True)
        dz[last].div_(len(x))
        for i in range(last, -1, -1):
            torch.mm(dz[i].t(), z[i - 1] if i > 0 else x, out=grads[2 * i])
            torch.sum(dz[i], 0, out=grads[2 * i + 1])
            if i > 0:
                torch.mm(dz[i], ws[i], out=dz[i - 1])
                torch.gt(z[i - 1], 0, out=on[i - 1])
                dz[i - 1].mul_(on[i - 1])
        update(grads)

    return step


VARIANTS = {
    "foreach": foreach,
    "raw": raw,
    "script": script,
    "trace": trace,
    "functorch": functional,
    "aot": aot,
    "aot-script": aot_script,
    "by-hand": by_hand,
}


def variant(name, kind, dtype, rule, widths, batch):
    if kind != "step" or rule not in ("sgd", "adam"):
        raise ValueError("only a step has variants")
    step = VARIANTS[name](*network(TYPES[dtype], widths, batch), rule)
    for _ in range(2):  # what is compiled is compiled in the first calls
        step()
    return timed(step)


def operands(dtype, name, n):
    if name in ("add", "mul"):
        return [torch.randn(int(n), dtype=dtype) for _ in range(2)]
    if name == "log":
        return [torch.empty(int(n), dtype=dtype).uniform_(0.1, 3)]
    return [torch.randn(int(n), dtype=dtype)]


def elementwise(dtype, name, n):
    f, x = MAPS[name], operands(dtype, name, n)

    def call():
        with torch.no_grad():
            f(*x)

    return timed(call)


def elementwise_gradient(dtype, name, n):
    f, x = MAPS[name], [x.requires_grad_() for x in operands(dtype, name, n)]
    g = torch.randn(int(n), dtype=dtype)
    return timed(lambda: torch.autograd.grad(f(*x), x, g))


def sum_of(dtype, axis, rows, cols):
    x, axis = torch.randn(int(rows), int(cols), dtype=dtype), int(axis)
    return timed(lambda: x.sum(axis))


def rows_gradient(dtype, name, rows, cols):
    shapes = [(int(rows), int(cols))]
    if name == "layer-norm":
        shapes += [(int(cols),)] * 2  # gain and bias
    f, x = ROWS[name], [torch.randn(shape, dtype=dtype, requires_grad=True) for shape in shapes]
    g = torch.randn(shapes[0], dtype=dtype)
    return timed(lambda: torch.autograd.grad(f(*x), x, g))


def update(dtype, rule, n):
    w = torch.randn(int(n), dtype=dtype, requires_grad=True)
    w.grad = torch.randn(int(n), dtype=dtype)
    if rule == "adam":
        opt = torch.optim.Adam([w], lr=1e-6)
    else:
        opt = torch.optim.SGD([w], lr=1e-6, momentum={"sgd": 0, "momentum": 0.9}[rule])
    return timed(opt.step)


def cross_entropy(dtype, rows, cols):
    x = torch.randn(int(rows), int(cols), dtype=dtype, requires_grad=True)
    labels = torch.randint(0, int(cols), (int(rows),))
    return timed(lambda: torch.autograd.grad(F.cross_entropy(x, labels), x))


def chain(dtype, n):
    x = torch.tensor(0.5, dtype=dtype, requires_grad=True)
    c = torch.tensor(1.0001, dtype=dtype)

    def call():
        v = x
        for _ in range(int(n) // 4):
            v = torch.tanh(v * c + c) * x
        torch.autograd.grad(v, x)

    return timed(call)


def cost(dtype, widths, batch):
    """Seconds of value and gradient over seconds of the value."""
    model, x, labels = network(dtype, widths, batch)
    params = list(model.parameters())

    def value():
        with torch.no_grad():
            F.cross_entropy(model(x), labels)

    both = timed(lambda: torch.autograd.grad(F.cross_entropy(model(x), labels), params))
    alone = timed(value)
    return lambda seconds: statistics.median(both(seconds / 10) / alone(seconds / 10) for _ in range(5))


def memory(dtype, widths, batch):
    """Peak of this process's resident bytes after some training."""
    step = trainer(dtype, "sgd", widths, batch)

    def measure(_):
        for _ in range(20):
            step()
        with open("/proc/self/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
        raise RuntimeError("no VmHWM in /proc/self/status")

    return measure


def first(dtype):
    """The derivative of x² at 2."""

    def measure(_):
        x = torch.tensor(2.0, dtype=dtype, requires_grad=True)
        (x * x).backward()
        return x.grad.item()

    return measure


KINDS = {
    "step": lambda dtype, *args: timed(trainer(dtype, *args)),
    "map": elementwise,
    "mapgrad": elementwise_gradient,
    "sum": sum_of,
    "rows": rows_gradient,
    "crossentropy": cross_entropy,
    "update": update,
    "chain": chain,
    "cost": cost,
    "memory": memory,
    "first": first,
}


def openblas_kernels():
    """What the OpenBLAS in use, if it is one, says of itself; a second one is never loaded."""
    try:
        lib = ctypes.CDLL("libopenblas.so.0", mode=os.RTLD_NOLOAD)
        lib.openblas_get_corename.restype = lib.openblas_get_config.restype = ctypes.c_char_p
        return "%s, %s kernels" % (lib.openblas_get_config().decode().strip(), lib.openblas_get_corename().decode())
    except (OSError, AttributeError):
        return "another BLAS than OpenBLAS"


def hello():
    usage = [line.split(":")[1].strip() for line in torch.__config__.show().splitlines() if "CPU capability" in line]
    return "PyTorch %s, %s; %s" % (torch.__version__, "".join(usage), openblas_kernels())


def main():
    torch.set_num_threads(int(sys.argv[1]))
    torch.manual_seed(0)
    last, measure = None, None
    for line in sys.stdin:
        try:
            if line.strip() == "hello":
                print("ok", hello(), flush=True)
                continue
            *request, ms = line.split()
            if request != last:
                last, measure = None, None  # frees the memory of the last
                if request[:1] == ["as"]:
                    measure = variant(*request[1:])
                else:
                    kind, dtype, *args = request
                    measure = KINDS[kind](TYPES[dtype], *args)
                last = request
            print("ok %.9g" % measure(float(ms) / 1e3), flush=True)
        except (RuntimeError, ValueError, TypeError, KeyError) as e:
            print("err %s: %s" % (type(e).__name__, str(e).split("\n")[0]), flush=True)


if __name__ == "__main__":
    main()
