#!/usr/bin/env python3
"""data.py full|quick DIR [NAME...] - the inputs of the benchmarks, made in DIR and checked by SHA-256.

Only additions and multiplications of random.random() decide a value, so every machine makes the same bytes. What is
there with the right checksum is left alone. Nothing but the standard library is needed.
"""
import hashlib
import json
import math
import os
import random
import sys

CITIES = ['Berlin', 'New York', 'Sao Paulo', 'Tokyo', 'London', 'Paris', 'Nairobi', 'Sydney', 'Toronto', 'Mumbai',
          'Washington, DC', 'Portland, OR']
SEGMENTS = ['bronze', 'silver', 'gold', 'platinum']
WORDS = ['alpha', 'beta', 'gamma', 'delta', 'omega', 'retail', 'online', 'store', 'mobile', 'loyal']
CATEGORIES = ['Books', 'Clothing', 'Electronics', 'Food', 'Home', 'Sports', 'Toys', 'Beauty']
INTEGERS = [10, 100, 1000, 5000, 100000, 2, 50, 1000000]
WIDE = ['id', 'customer', 'email', 'city', 'segment', 'signup_date', 'last_order', 'note',
        *(f'i{j}' for j in range(8)), *(f'f{j}' for j in range(14))]
WIDE_ROW = '%d,C%05d,user%d@mail%d.com,%s,%s,%s,%s,%s %s' + ',%d' * 8 + ',%.2f' * 7 + ',%.6g' * 7 + '\n'


def calendar(first_year, years):
    """Days as text; every month has 28, which is enough for a date."""
    return ['%d-%02d-%02d' % (first_year + y, m, d)
            for y in range(years) for m in range(1, 13) for d in range(1, 29)]


def bell(u):
    """About normal, mean 0 and variance 1."""
    return (u() + u() + u() + u() - 2) * 1.7320508


def wide_rows(n):
    """The cells of wide.csv, as numbers and unquoted text."""
    u = random.Random(7).random
    signup, last = calendar(2015, 8), calendar(2023, 2)
    for i in range(n):
        customer = 10000 + int(u() * 90000)
        text = (i, customer, i, customer % 50, CITIES[int(u() * 12)], SEGMENTS[int(u() * 4)],
                signup[int(u() * len(signup))], last[int(u() * len(last))], WORDS[int(u() * 10)], WORDS[int(u() * 10)])
        whole = [int(u() * top) for top in INTEGERS]
        money = [1 + 400 * x * x * x for x in (u(), u(), u(), u(), u(), u(), u())]
        yield *text, *whole, *money, *(34.641016 * (u() + u() - 1) for _ in range(7))


def write_wide(out, n):
    """1,000,000 rows of 30 columns: text, whole numbers, money, measurements; a sixth of the rows quotes a comma."""
    out.write(','.join(WIDE) + '\n')
    quoted = {city: f'"{city}"' if ',' in city else city for city in CITIES}
    for row in wide_rows(n):
        out.write(WIDE_ROW % (*row[:4], quoted[row[4]], *row[5:]))


def write_wide_json(out, n):
    """The same rows as JSON Lines."""
    keys = [json.dumps(name) for name in WIDE]
    form = '{' + ', '.join(f'{key}: {cell}' for key, cell in zip(
        keys, ['%d', '"C%05d"', '"user%d@mail%d.com"', '"%s"', '"%s"', '"%s"', '"%s"', '"%s %s"',
               *['%d'] * 8, *['%.2f'] * 7, *['%.6g'] * 7])) + '}\n'
    for row in wide_rows(n):
        out.write(form % row)


def write_long(out, n):
    """10,000,000 rows of 4 short columns."""
    u = random.Random(10).random
    out.write('id,amount,visits,channel\n')
    channels = ['web', 'store', 'phone']
    for i in range(n):
        out.write('%d,%.2f,%d,%s\n' % (i, 1 + 500 * u() * u(), u() * 40, channels[int(u() * 3)]))


def write_orders(out, n):
    """5,000,000 orders of 200,000 customers, each of whom has one at least."""
    u = random.Random(8).random
    days, customers = calendar(2023, 2), n // 25
    out.write('customer_id,date,quantity,unit_price,category\n')
    for i in range(n):
        customer = i if i < customers else int(customers * u() * (0.5 + 0.5 * u()))
        out.write('%d,%s,%d,%.2f,%s\n' % (100000 + customer, days[int(u() * len(days))], 1 + u() * 19,
                                          0.5 + 60 * u() * u(), CATEGORIES[int(u() * 8)]))


def blobs(seed, columns, clusters):
    """Points in so many dimensions around so many centres, which overlap."""
    def write(out, n):
        u = random.Random(seed).random
        centres = [[8 * u() - 4 for _ in range(columns)] for _ in range(clusters)]
        out.write(','.join(f'x{j}' for j in range(columns)) + '\n')
        for _ in range(n):
            centre = centres[int(u() * clusters)]
            out.write(','.join(['%.6g' % (c + 2 * bell(u)) for c in centre]) + '\n')
    return write


def write_big(out, n):
    """10,000,000 points in 8 dimensions around 8 centres, in whole hundredths: made of random bytes, which is quick."""
    r = random.Random(2)
    centres = [[int(800 * r.random()) - 400 for _ in range(8)] for _ in range(8)]
    noise = [(total - 510) * 27 // 20 for total in range(4 * 255 + 1)]  # of four bytes; sd 200
    text = {value: '%.2f' % (value / 100) for value in range(-1200, 1200)}
    places = range(0, 32, 4)
    out.write(','.join(f'x{j}' for j in range(8)) + '\n')
    for begin in range(0, n, 10000):
        rows = min(10000, n - begin)
        bytes_ = r.randbytes(33 * rows)
        out.write(''.join([','.join([text[c + noise[sum(bytes_[at + j:at + j + 4])]]
                                     for j, c in zip(places, centres[bytes_[at + 32] & 7])]) + '\n'
                           for at in range(0, 33 * rows, 33)]))


def write_dense(out, n):
    """Points in the plane: arcs and blobs of 47,500 rows each on a ground of noise, as dense whatever the number."""
    u = random.Random(5).random
    side, shapes = 100 * math.sqrt(n / 1e6), max(1, n // 50000)
    centres = [(5 + (side - 10) * u(), 5 + (side - 10) * u(), 0.5 + u()) for _ in range(shapes)]
    out.write('x,y\n')
    for _ in range(n):
        shape = int(u() * shapes)
        x, y, spread = centres[shape]
        if u() < 0.05:
            x, y = side * u(), side * u()
        elif shape % 2:
            x, y = x + spread * bell(u), y + spread * bell(u)
        else:
            t = 2 * u() - 1
            x, y = x + 3 * t + 0.15 * bell(u), y + 3 * t * t - 1.5 + 0.15 * bell(u)
        out.write('%.4f,%.4f\n' % (x, y))


def write_five(out, n):
    """Points in 5 dimensions: 12 blobs on a ground of noise."""
    u = random.Random(6).random
    centres = [[10 + 80 * u() for _ in range(5)] for _ in range(12)]
    out.write('x0,x1,x2,x3,x4\n')
    for _ in range(n):
        centre = centres[int(u() * 12)]
        row = [100 * u() for _ in centre] if u() < 0.05 else [c + 2 * bell(u) for c in centre]
        out.write(','.join(['%.4f' % x for x in row]) + '\n')


# name: how it is made, and for each size the rows and the SHA-256
INPUTS = {
    'wide.csv': (write_wide, {
        'full': (1000000, 'c1b9966bb982186989c86912fb74db8d939ed96794b096720a70243f0cb55d2d'),
        'quick': (40000, '5f379859b8067e5f1f25093bad57db97f535775d4d712a80d2c74e13ca0aa9c6')}),
    'wide.jsonl': (write_wide_json, {
        'full': (450000, '317ab0346ac2c4131e6706f00d4904788ed9ff522728bde06f49b540f3e87a69'),
        'quick': (18000, '293926b36f9c9c272ab8579875e2826bc1d123cdec2cffbeaf2b1aa35361fc13')}),
    'long.csv': (write_long, {
        'full': (10000000, '3ddb0b76d913b15005a8ff62f9a3b464f912a4e23782c0c2bfc4e98b67847798'),
        'quick': (300000, 'd22db542802f2513839ebe4f74ca75e1590d8b6965ec41a598c22817895e9576')}),
    'long-tenth.csv': (write_long, {
        'full': (1000000, 'fe05259ccb3f4659365073c83db58e40e51ec4637684a6a1802939103efb0004'),
        'quick': (30000, 'ab2cd44354c6375c75aa7ed7b18034ace4f02edbdca0f8b8b98d6707924da053')}),
    'orders.csv': (write_orders, {
        'full': (5000000, '6fbd8165e6d42135d0509f8aa99b22abb98c6a90b8a2a5f973f6333a96b7ba64'),
        'quick': (125000, '2011f712c354e37da489569ecc1795a6b5239ea2eb9058f695ae4ee7b5ee67d5')}),
    'orders-tenth.csv': (write_orders, {
        'full': (500000, '5c71a89e981dde2211c6f60395219a7809c5ebb9d755e7d83f5c0ac676e41460'),
        'quick': (12500, 'bd081ec42772ff1f314609ae0bf0c968254f9632267fe85e8a358dc52601ea99')}),
    'blobs.csv': (blobs(1, 8, 8), {
        'full': (1000000, '9628acaf19cf7c218531dcad10be35724ec06320a4f3ef78ed117600a37fecc1'),
        'quick': (40000, '6c9d45f8754b37984741ea818b87be02ac32a5149f43e2a2a529f51735f2c7cc')}),
    'blobs-centres.csv': (blobs(1, 8, 8), {
        'full': (8, '8512d3f4db7b43653a8e041275282ff89f91c97b735d423696dbfdd1235776e2'),
        'quick': (8, '8512d3f4db7b43653a8e041275282ff89f91c97b735d423696dbfdd1235776e2')}),
    'many.csv': (blobs(3, 20, 50), {
        'full': (100000, '9153bde6bb9a25b9ee18e982ea47e8d4902141fb53b0888d357f2ec29e156c87'),
        'quick': (5000, 'eb83ffa062fb321d629e9d36c6a0516e9a42151610e0b200a6efbc5856a01f54')}),
    'many-centres.csv': (blobs(3, 20, 50), {
        'full': (50, '55136646415b0536a9584944255507f80fd5efd3cccef538e3f87f63b0bcf4ed'),
        'quick': (50, '55136646415b0536a9584944255507f80fd5efd3cccef538e3f87f63b0bcf4ed')}),
    'broad.csv': (blobs(4, 64, 16), {
        'full': (100000, '1f0f7c2e878ef5bdf4c0502ced5d40dc346f315432014eda0219d00847487484'),
        'quick': (5000, '22f451aaa7142e8499379d462a2f6ed10ec92f2d43c6d75b58c0a121b50ad5a8')}),
    'big.csv': (write_big, {
        'full': (10000000, 'd125cb82578360f94efd03fc34d268d4c7610cc6faf244996c7dbbb9f974ec91'),
        'quick': (50000, 'f906cbe3c6e18e44b9cd16428963b5e52a59f5f7bd281ed741c8cc00478fa146')}),
    'big-centres.csv': (write_big, {
        'full': (8, 'ee43275eb026536d26825ed4080ea4c3266f048221b1533bcf7bbf62566d02a7'),
        'quick': (8, 'ee43275eb026536d26825ed4080ea4c3266f048221b1533bcf7bbf62566d02a7')}),
    'dense.csv': (write_dense, {
        'full': (1000000, '703bc13bb3e7cdea63e8fa23c77100a03fd1a161113975c00c9d0a7e0bb33dcd'),
        'quick': (50000, '3e796b4eab6b7de7e07738083185a11750e0247ea8b7b9e83a7cb8853a624a73')}),
    'dense-tenth.csv': (write_dense, {
        'full': (100000, 'ad64a09df9ec6e9a30cc6a217050ae8dcd8cb7d11d8c5d9d864e090f0f361c5d'),
        'quick': (5000, '2950f666eaf88a16f034a3a72161f7aaa9228f797e234354ea212f443c39414f')}),
    'dense-hundredth.csv': (write_dense, {
        'full': (10000, 'd3470544803efcb3e9b922c6f1b5365b6acf512f0d0abee725714dd7d4546f49'),
        'quick': (500, '24cd3bc5ed959b43ba455bda24c892f79139c16d92ceb2b9815283791422c710')}),
    'dense-ten.csv': (write_dense, {
        'full': (10000000, 'cb4a78a10bb334e50eecf81951b669b749b568fb1d2c98d47f6a64f1e1ec6ff8'),
        'quick': (100000, 'ad64a09df9ec6e9a30cc6a217050ae8dcd8cb7d11d8c5d9d864e090f0f361c5d')}),
    'five.csv': (write_five, {
        'full': (200000, '5de1b2fc71c390280d1c1c0ba75e8e72ff0f2e1d3b18e4d17d11551b0cbe9a13'),
        'quick': (10000, 'e01a1ce31bf98c2fd5b473ff2590a0bae916357a32d3df2e86b8ff211e19e6af')}),
}


def rows(name, size):
    return INPUTS[name][1][size][0]


def checksum(path):
    digest = hashlib.sha256()
    with open(path, 'rb') as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def make(name, size, folder):
    """Returns the path of the input, which is made unless it is there."""
    write, sizes = INPUTS[name]
    count, want = sizes[size]
    path = os.path.join(folder, name)
    if os.path.exists(path) and checksum(path) == want:
        return path
    os.makedirs(folder, exist_ok=True)
    print(f'making {path}', file=sys.stderr)
    with open(path + '.new', 'w', encoding='utf-8', newline='\n', buffering=1 << 20) as out:
        write(out, count)
    got = checksum(path + '.new')
    if got != want:
        sys.exit(f'data.py: {path}.new: its SHA-256 is {got}, not {want}')
    os.replace(path + '.new', path)
    return path


if __name__ == '__main__':
    if len(sys.argv) < 3 or sys.argv[1] not in ('full', 'quick'):
        sys.exit(__doc__)
    for wanted in sys.argv[3:] or INPUTS:
        make(wanted, sys.argv[1], sys.argv[2])
