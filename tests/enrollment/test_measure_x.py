import random, time, os
import pytest
from datetime import timedelta
from tests.builders import *
from tests.builders import a_submitted_application
from tests.enrollment.staff.desk import at_the_desk, AFTER_THE_CLOSE
from enrollment.models import *
from lms.accounts.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lms.mail.models import OutgoingMessage
N=int(os.environ.get("N","10000"))
@pytest.mark.django_db
def test_measure(client, clock, english):
    clock(AFTER_THE_CLOSE)
    p=a_program(needs_alumni=True); e=an_edition(p)
    last=an_edition(p, status="closed"); last.windows.update(opens_at=instant("2018-03-15T12:00"), closes_at=instant("2018-04-10T07:00"))
    r=random.Random(1); role=list(p.applicant_roles.all())
    ans={f"f{i}":"texto de una respuesta cualquiera "*3 for i in range(20)}
    for ed,base in ((e,WINDOW_CLOSES),(last,instant("2018-04-10T07:00"))):
        w=ed.windows.first()
        us=User.objects.bulk_create([User(email=f"u{ed.pk}_{i}@x.example") for i in range(N)],batch_size=500)
        rows=[Application(person=u,edition=ed,window=w,code=f"X{ed.pk}{i:07d}",status="submitted",version=1,given_names="Rosa",family_names="Medina",country=r.choice("PE BR MX JM UY AR CL CO EC BO PY VE CR PA GT HN SV NI DO CU HT TT".split()),workplace=r.choice(["capital","other_city","rural_or_small_town"]),role=r.choice(role),gender=r.choice(["woman","man","another",""]),language=r.choice(["es","pt-br","en"]),answers=ans,eligibility=r.choice(["eligible"]*8+["ineligible","needs_proof"]),alumni_match=r.choice(["auto","review","none","confirmed"]),created_at=base-timedelta(days=r.random()*22),saved_at=base,submitted_at=base-timedelta(days=r.random()*22)) for i,u in enumerate(us)]
        rows=Application.objects.bulk_create(rows,batch_size=500)
        Decision.objects.bulk_create([Decision(application=a,edition=ed,outcome=r.choice(["selected","not_selected"]),at=base) for a in rows],batch_size=500)
        if ed is e:
            plan=ReadingPlan.objects.create(edition=e)
            rd=[a_person(),a_person()]
            Review.objects.bulk_create([Review(application=a,reader=x,status="scored",total=r.random()*100,version=1,assigned_at=base) for a in rows for x in rd],batch_size=500)
    OutgoingMessage.objects.bulk_create([OutgoingMessage(person=None,to="x@x.example",scope=p.slug,template="t",subject="s",text="t"*800,status="accepted",due_at=AFTER_THE_CLOSE,created_at=AFTER_THE_CLOSE,language="es",about=f"a:{i}") for i in range(2*N)],batch_size=500)
    BalanceRule.objects.create(edition=e,place=0,factor="country",value="",kind="floor",number=20)
    with connection.cursor() as c: c.execute("ANALYZE")
    at_the_desk(client,p)
    client.get("/admin/")
    for _ in range(2):
        t=time.perf_counter(); assert client.get("/admin/").status_code==200; print("home", N, round(time.perf_counter()-t,3))
    with CaptureQueriesContext(connection) as c: client.get("/admin/")
    for q in sorted(c.captured_queries,key=lambda q:-float(q["time"]))[:12]: print(q["time"], q["sql"][:130], "...", q["sql"][-120:])
    t=time.perf_counter(); client.get(f"/admin/enrollment/selection/"); print("selections", round(time.perf_counter()-t,3))
    t=time.perf_counter(); client.get(f"/admin/enrollment/applications/?edition={e.pk}&reading=read"); print("list read", round(time.perf_counter()-t,3))
