# Onay, hesabı kullanabilen uygulamalar ve oturumu kapatma ile ilgili cümleler.

consent-title = Erişime izin verilsin mi?
consent-intro = { $client } hesabınızı kullanmak istiyor.
consent-account = { $account } olarak oturum açtınız
consent-resource = { $application } içinde sizin adınıza şunları yapabilir:
consent-scope-openid = Sizi tanımak
consent-scope-openid-why = Size ait, değişmeyen bir kimlik numarası.
consent-scope-profile = Profilinizi görmek
consent-scope-profile-why = Adınız, kullanıcı adınız ve diliniz.
consent-scope-email = E-posta adresinizi görmek
consent-scope-email-why = Adres ve adresin doğrulanıp doğrulanmadığı.
consent-scope-offline-access = Oturumu kapattıktan sonra da erişimi sürdürmek
consent-scope-offline-access-why = Siz orada değilken de sizin için çalışabilir.
consent-details = Ayrıntıda tam olarak şunu istiyor:
consent-learns = Ayrıca şunları öğrenir: { $claims }.
consent-claim-roles = rolleriniz
consent-claim-groups = departmanlarınız, bölgeleriniz ve ekipleriniz
consent-claim-organisation = kuruluşunuz
consent-claim-attribute = “{ $name }” bilginiz
consent-lasting-session = Erişim, buradaki oturumunuz bittiğinde sona erer.
consent-lasting-offline = Erişim, oturumu kapatsanız bile en çok { $days } gün ya da siz geri alana kadar sürer.
consent-withdraw-hint = Bu izni istediğiniz zaman uygulamalarınızın altından geri alabilirsiniz.
consent-allow = İzin ver
consent-deny = İzin verme

applications-title = Uygulamalarınız
applications-intro = Bu uygulamalar hesabınızı kullanabilir.
applications-none = Hiçbir uygulama hesabınızı kullanamaz.
applications-since = İzin tarihi: { $date }
applications-withdraw = Erişimi geri al
applications-withdraw-from = { $client } uygulamasının erişimini geri al
applications-sign-out = Oturumu kapat

sign-out-title = Oturum kapatılsın mı?
sign-out-what = Bu tarayıcıdaki oturumunuz kapatılacak ve bu oturumla kullandığınız uygulamalar erişimini kaybedecek.
sign-out-continue = Oturumu kapat
sign-out-stay = Oturumunuzun açık kalması için bu sayfayı kapatın ya da geri dönün.
signed-out-title = Oturumunuz kapatıldı
signed-out-what = Bu tarayıcıdaki oturumunuz sona erdi.
signed-out-next = Bu sayfayı kapatabilir ya da yeniden oturum açmak için uygulamaya dönebilirsiniz.

oauth-error-client = Sizi buraya gönderen uygulama tanınmıyor ya da artık kullanılamıyor.
oauth-error-redirect-missing = Uygulama, nereye geri döneceğinizi belirtmedi.
oauth-error-redirect = Uygulamanın sizi geri göndermek istediği adres bu uygulama için kayıtlı değil.
oauth-error-continuation = Bu adım başka bir tarayıcıya ait ya da adres eksik.
oauth-error-finished = Bu adım zaten tamamlandı; belki başka bir sekmede ya da ikinci bir tıklamayla.
oauth-error-expired = İşlem çok uzun sürdü ve uygulamanın isteğinin süresi doldu.
oauth-error-logout-redirect = Uygulamanın oturum kapatıldıktan sonra sizi göndermek istediği adres bu uygulama için kayıtlı değil. Oturumunuz kapatılmadı.
